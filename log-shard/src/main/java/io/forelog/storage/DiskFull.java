package io.forelog.storage;

import io.forelog.error.DiskFullException;
import java.io.IOException;
import java.nio.file.Path;

/** Tells a full disk from other failures of I/O. */
final class DiskFull {

    private DiskFull() {}

    /** Returns {@code failure}, or throws {@link DiskFullException} if it says that there is no room. */
    static IOException orSame(IOException failure, Path file) {
        // The JDK has no type for it: the text is strerror's, and the launcher fixes the locale of messages to C.
        String message = String.valueOf(failure.getMessage());
        if (message.contains("No space left on device") || message.contains("Disk quota exceeded")) {
            throw new DiskFullException("no room to write " + file, failure);
        }
        return failure;
    }
}
