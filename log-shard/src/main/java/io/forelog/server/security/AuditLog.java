package io.forelog.server.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A line of JSON for every administrative call, also for those that were refused, in a file that is only ever appended
 * to. At {@value #FILE_BYTES_MAX} bytes it gives way to a new one; the last {@value #FILES_MAX} are kept.
 *
 * <p>Safe for use by any thread; {@link #add} does not wait for the disk.
 */
public final class AuditLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final long FILE_BYTES_MAX = 64L << 20;
    private static final int FILES_MAX = 10;
    private static final int WAITING_MAX = 10_000;

    private final Path file;
    private final ExecutorService writer = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            Thread.ofPlatform().name("audit").factory());

    /** @throws IOException if the directory cannot be made */
    public AuditLog(Path directory) throws IOException {
        this.file = Files.createDirectories(directory).resolve("audit.log");
    }

    /** @param line of JSON, without a line end */
    public void add(String line) {
        try {
            writer.execute(() -> write(line));
        } catch (RejectedExecutionException e) {
            // Not silently: what the file lacks is in the node's own log then.
            LOG.error("the audit log does not keep up: {}", line);
        }
    }

    private void write(String line) {
        try {
            if (Files.exists(file) && Files.size(file) > FILE_BYTES_MAX) {
                roll();
            }
            Files.writeString(
                    file, line + "\n", StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            LOG.error("the audit log could not be written ({}): {}", e.toString(), line);
        }
    }

    private void roll() throws IOException {
        for (int i = FILES_MAX - 1; i >= 1; i--) {
            var older = file.resolveSibling("audit.log." + i);
            if (Files.exists(older)) {
                Files.move(older, file.resolveSibling("audit.log." + (i + 1)), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(file, file.resolveSibling("audit.log.1"), StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() {
        writer.close();
    }
}
