package io.forelog.storage;

import io.forelog.error.DiskFullException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What the operating system does with files and Java has no call for. */
final class NativeFiles {

    private static final int O_RDWR = 2;
    private static final int O_CREAT = 0x40;
    private static final int O_CLOEXEC = 0x80000;
    private static final int MODE = 0644;

    private static final int FADV_DONTNEED = 4;

    private static final int EINTR = 4;
    private static final int EFBIG = 27;
    private static final int ENOSPC = 28;
    private static final int EOPNOTSUPP = 95;
    private static final int EDQUOT = 122;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle OPEN = handle(
            "open",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle FALLOCATE = handle(
            "fallocate",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG));
    private static final MethodHandle FADVISE = handle(
            "posix_fadvise",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT));
    private static final MethodHandle CLOSE =
            handle("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private NativeFiles() {}

    @SuppressWarnings("restricted")
    private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().find(name).orElseThrow(), descriptor, Linker.Option.captureCallState("errno"));
    }

    /**
     * Reserves disk for a part of a file before it is written through a mapping, so that a full disk is an answer
     * here and not a fault there ({@code fallocate(2)}; a file system without it gets zeros written).
     *
     * <p>Makes sure that the bytes from {@code from} to {@code end}, exclusive, have a place on the disk. Creates
     * the file if it is not there and makes it at least {@code end} bytes long; what was in it stays.
     *
     * @throws DiskFullException if there is no room, or the quota is used up
     */
    static void reserve(Path file, long from, long end) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            int descriptor = call(state, OPEN, arena.allocateFrom(file.toString()), O_RDWR | O_CREAT | O_CLOEXEC, MODE);
            if (descriptor < 0) {
                throw failure(file, "open", errno(state), end - from);
            }
            try {
                int result;
                do {
                    result = call(state, FALLOCATE, descriptor, 0, from, end - from);
                } while (result < 0 && errno(state) == EINTR);
                if (result < 0 && errno(state) == EOPNOTSUPP) {
                    writeZeros(file, end);
                } else if (result < 0) {
                    throw failure(file, "fallocate", errno(state), end - from);
                }
            } finally {
                call(arena.allocate(STATE), CLOSE, descriptor);
            }
        }
    }

    /**
     * Asks that what is cached of a file be dropped, so that the next read comes from the disk
     * ({@code posix_fadvise(2)}). What is mapped by anyone, or not yet written, stays.
     */
    static void dropCached(Path file) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            int descriptor = call(state, OPEN, arena.allocateFrom(file.toString()), O_CLOEXEC, MODE);
            if (descriptor < 0) {
                throw failure(file, "open", errno(state), 0);
            }
            try {
                int result = call(state, FADVISE, descriptor, 0L, 0L, FADV_DONTNEED);
                if (result != 0) {
                    throw failure(file, "posix_fadvise", result, 0);
                }
            } finally {
                call(state, CLOSE, descriptor);
            }
        }
    }

    private static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    private static int call(MemorySegment state, MethodHandle handle, Object... arguments) {
        Object[] all = new Object[arguments.length + 1];
        all[0] = state;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        try {
            return (int) handle.invokeWithArguments(all);
        } catch (Throwable e) {
            throw new IllegalStateException("the call into the C library failed", e);
        }
    }

    private static void writeZeros(Path file, long end) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            var zeros = ByteBuffer.allocate(64 << 10);
            for (long at = channel.size(); at < end; ) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), end - at));
                at += channel.write(zeros, at);
            }
        } catch (IOException e) {
            throw DiskFull.orSame(e, file);
        }
    }

    private static RuntimeException failure(Path file, String call, int errno, long bytes) throws IOException {
        if (errno == ENOSPC || errno == EDQUOT) {
            return new DiskFullException("no room for " + bytes + " bytes of " + file + " (errno " + errno + ")");
        }
        String limit = errno == EFBIG ? ", the file would be over the size limit" : "";
        throw new IOException(call + " of " + file + " failed with errno " + errno + limit);
    }
}
