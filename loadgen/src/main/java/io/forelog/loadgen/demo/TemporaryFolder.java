package io.forelog.loadgen.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;

/** A folder that is gone when it is closed, with all that is in it. */
public final class TemporaryFolder implements AutoCloseable {

    private final Path path;

    /** @param prefix what its name begins with */
    public TemporaryFolder(String prefix) throws IOException {
        path = Files.createTempDirectory(prefix);
    }

    public Path path() {
        return path;
    }

    Path folder(String name) throws IOException {
        return Files.createDirectories(path.resolve(name));
    }

    /** @throws UncheckedIOException if something in it cannot be removed */
    @Override
    public void close() {
        try (var files = Files.walk(path)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            // Removed already, as by a second call while the program ends.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + path, e);
        }
    }
}
