package io.forelog.record;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4FrameInputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream.BLOCKSIZE;
import net.jpountz.lz4.LZ4FrameOutputStream.FLG;
import org.xerial.snappy.Snappy;
import org.xerial.snappy.SnappyOutputStream;

/** Compresses and decompresses the records of a batch as Kafka's clients do. */
final class Codec {

    private static final int ZSTD_LEVEL = 3;
    private static final int XERIAL_HEADER_BYTES = 16;
    private static final long XERIAL_MAGIC = 0x82534e4150505900L;

    private Codec() {}

    static byte[] compress(Compression compression, byte[] plain, int length) {
        if (compression == Compression.ZSTD) {
            byte[] target = new byte[(int) Zstd.compressBound(length)];
            long size = Zstd.compressByteArray(target, 0, target.length, plain, 0, length, ZSTD_LEVEL);
            if (Zstd.isError(size)) {
                throw new IllegalStateException("zstd: " + Zstd.getErrorName(size));
            }
            return Arrays.copyOf(target, (int) size);
        }
        var target = new ByteArrayOutputStream(length / 2 + 64);
        try (var compressing = compressing(compression, target)) {
            compressing.write(plain, 0, length);
        } catch (IOException e) {
            throw new IllegalStateException("compression to memory failed", e);
        }
        return target.toByteArray();
    }

    private static OutputStream compressing(Compression compression, OutputStream target) throws IOException {
        return switch (compression) {
            case NONE, ZSTD -> target;
            case GZIP -> new GZIPOutputStream(target);
            case SNAPPY -> new SnappyOutputStream(target);
            // Kafka's reader refuses frames whose blocks depend on each other.
            case LZ4 -> new LZ4FrameOutputStream(target, BLOCKSIZE.SIZE_64KB, FLG.Bits.BLOCK_INDEPENDENCE);
        };
    }

    /**
     * Decompresses {@code compressed}.
     *
     * @param bytesMax how many bytes may come out, so that few bytes cannot ask for all memory
     * @throws CorruptBatchException if it is not a whole stream of that compression, or comes to more
     */
    static byte[] decompress(Compression compression, byte[] compressed, int bytesMax) {
        try {
            return switch (compression) {
                case NONE -> compressed;
                case ZSTD -> unzstd(compressed, bytesMax);
                case SNAPPY -> unsnappy(compressed, bytesMax);
                case GZIP -> drain(new GZIPInputStream(new ByteArrayInputStream(compressed)), bytesMax);
                case LZ4 -> drain(new LZ4FrameInputStream(new ByteArrayInputStream(compressed)), bytesMax);
            };
        } catch (CorruptBatchException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // The libraries answer damage with many types, unchecked ones among them.
            throw new CorruptBatchException("the records are not whole " + compression + ": " + e.getMessage(), e);
        }
    }

    private static byte[] drain(InputStream stream, int bytesMax) throws IOException {
        try (stream) {
            byte[] plain = stream.readNBytes(bytesMax);
            if (plain.length == bytesMax && stream.read() >= 0) {
                throw bomb(bytesMax);
            }
            return plain;
        }
    }

    private static byte[] unzstd(byte[] compressed, int bytesMax) throws IOException {
        long declared = Zstd.getFrameContentSize(compressed);
        if (declared > bytesMax) {
            throw bomb(bytesMax);
        }
        if (declared > 0 && Zstd.findFrameCompressedSize(compressed) == compressed.length) {
            return oneFrame(compressed, (int) declared);
        }
        return drain(new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(compressed)), bytesMax);
    }

    private static byte[] oneFrame(byte[] compressed, int declared) throws ZstdException {
        byte[] plain = new byte[declared];
        long size = Zstd.decompressByteArray(plain, 0, declared, compressed, 0, compressed.length);
        if (size != declared) {
            throw new CorruptBatchException(
                    "a zstd frame that declares " + declared + " bytes: " + Zstd.getErrorName(size));
        }
        return plain;
    }

    /**
     * Xerial's framing (a 16-byte header, then blocks that each begin with their length) or one bare block. Not
     * its own stream class: that allocates whatever length a block claims before it looks at the block.
     */
    private static byte[] unsnappy(byte[] compressed, int bytesMax) throws IOException {
        var source = ByteBuffer.wrap(compressed);
        if (compressed.length < XERIAL_HEADER_BYTES || source.getLong(0) != XERIAL_MAGIC) {
            return unsnappyBlock(compressed, 0, compressed.length, bytesMax);
        }
        var plain = new ByteArrayOutputStream(Math.min(bytesMax, compressed.length * 2));
        source.position(XERIAL_HEADER_BYTES);
        while (source.hasRemaining()) {
            int length = source.remaining() < Integer.BYTES ? -1 : source.getInt();
            if (length < 0 || length > source.remaining()) {
                throw new CorruptBatchException(
                        "a snappy block of " + length + " bytes where " + source.remaining() + " are left");
            }
            plain.writeBytes(unsnappyBlock(compressed, source.position(), length, bytesMax - plain.size()));
            source.position(source.position() + length);
        }
        return plain.toByteArray();
    }

    private static byte[] unsnappyBlock(byte[] compressed, int from, int length, int bytesMax) throws IOException {
        int declared = Snappy.uncompressedLength(compressed, from, length);
        if (declared > bytesMax || declared < 0) {
            throw bomb(bytesMax);
        }
        byte[] plain = new byte[declared];
        int size = Snappy.uncompress(compressed, from, length, plain, 0);
        if (size != declared) {
            throw new CorruptBatchException("a snappy block declares " + declared + " bytes and has " + size);
        }
        return plain;
    }

    private static CorruptBatchException bomb(int bytesMax) {
        return new CorruptBatchException("the records decompress to more than " + bytesMax + " bytes");
    }
}
