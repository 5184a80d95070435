package io.forelog.cache.value;

import io.forelog.record.GlobalAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals values with AES-256-GCM (NIST SP 800-38D). The layout: version 1, key id 4, nonce 12, ciphertext, tag 16. The
 * header, the cluster's name and the address are authenticated with the value, so one that was moved to another
 * address or another cluster does not open.
 *
 * <p>A nonce is 64 random bits and a count of 32, the random part drawn anew when the count is used up: nonces drawn
 * wholly at random would bound a key to 2^32 values, which a busy cluster writes in days.
 */
public final class AesGcmSealer implements ValueSealer {

    static final byte VERSION = 0x51;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final int HEADER_BYTES = 1 + Integer.BYTES + NONCE_BYTES;

    private final byte[] cluster;
    private final SecureRandom random = new SecureRandom();
    private volatile SealingKeys keys;
    private volatile Nonces nonces;

    public AesGcmSealer(String cluster, SealingKeys keys) {
        this.cluster = cluster.getBytes(StandardCharsets.UTF_8);
        this.keys = keys;
        nonces = new Nonces(random.nextLong(), new AtomicLong());
    }

    /** Seals with the given keys' current one from now on, and opens what any of them sealed. */
    public void rotate(SealingKeys next) {
        keys = next;
    }

    @Override
    public byte[] seal(GlobalAddress address, byte[] plain) {
        var now = keys;
        var sealed = new byte[HEADER_BYTES + plain.length + TAG_BYTES];
        var header = ByteBuffer.wrap(sealed).put(VERSION).putInt(now.current());
        putNonce(header);
        try {
            cipher(Cipher.ENCRYPT_MODE, now.currentKey(), sealed, address)
                    .doFinal(plain, 0, plain.length, sealed, HEADER_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime cannot do AES-256-GCM", e);
        }
        return sealed;
    }

    @Override
    public byte @Nullable [] open(GlobalAddress address, byte[] sealed) {
        if (sealed.length < HEADER_BYTES + TAG_BYTES || sealed[0] != VERSION) {
            return null;
        }
        var key = keys.key(ByteBuffer.wrap(sealed).getInt(1));
        if (key == null) {
            return null;
        }
        try {
            return cipher(Cipher.DECRYPT_MODE, key, sealed, address)
                    .doFinal(sealed, HEADER_BYTES, sealed.length - HEADER_BYTES);
        } catch (AEADBadTagException e) {
            return null; // Altered, moved or foreign: a miss, which the caller counts.
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime cannot do AES-256-GCM", e);
        }
    }

    private Cipher cipher(int mode, SecretKey key, byte[] sealed, GlobalAddress address)
            throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        int nonceFrom = HEADER_BYTES - NONCE_BYTES;
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, sealed, nonceFrom, NONCE_BYTES));
        cipher.updateAAD(sealed, 0, nonceFrom);
        cipher.updateAAD(cluster);
        cipher.updateAAD(ByteBuffer.allocate(20)
                .putLong(address.log())
                .putInt(address.shard())
                .putLong(address.offset())
                .flip());
        return cipher;
    }

    private void putNonce(ByteBuffer out) {
        while (true) {
            var now = nonces;
            long count = now.count.getAndIncrement();
            if (count < 1L << Integer.SIZE) {
                out.putLong(now.prefix).putInt((int) count);
                return;
            }
            synchronized (this) {
                if (nonces == now) {
                    nonces = new Nonces(random.nextLong(), new AtomicLong());
                }
            }
        }
    }

    private record Nonces(long prefix, AtomicLong count) {}
}
