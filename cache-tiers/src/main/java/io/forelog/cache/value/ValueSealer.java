package io.forelog.cache.value;

import io.forelog.record.GlobalAddress;
import org.jspecify.annotations.Nullable;

/** Makes a value unreadable and unforgeable outside the cluster. Safe for use by any thread. */
public interface ValueSealer {

    /** Leaves values as they are; for a cluster whose security is off. */
    ValueSealer NONE = new ValueSealer() {
        @Override
        public byte[] seal(GlobalAddress address, byte[] plain) {
            return plain;
        }

        @Override
        public byte[] open(GlobalAddress address, byte[] sealed) {
            return sealed;
        }
    };

    byte[] seal(GlobalAddress address, byte[] plain);

    /** Returns the plain value, or null if {@code sealed} was not sealed by this cluster for this address. */
    byte @Nullable [] open(GlobalAddress address, byte[] sealed);
}
