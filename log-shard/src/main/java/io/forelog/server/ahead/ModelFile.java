package io.forelog.server.ahead;

import io.forelog.prefetch.Prefetcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the access model learnt, kept on disk from one run of the node to the next. It is worth having and never needed:
 * whatever goes wrong with it is a warning.
 */
public final class ModelFile {

    private static final Logger LOG = LoggerFactory.getLogger(ModelFile.class);

    private final Prefetcher prefetcher;
    private final Path file;

    /** @param directory made if it is not there */
    public ModelFile(Prefetcher prefetcher, Path directory) {
        this.prefetcher = prefetcher;
        this.file = directory.resolve("model");
    }

    /** Takes over what was saved, if anything was; to be called before the first read. */
    public void load() {
        try {
            if (prefetcher.load(file)) {
                LOG.info(
                        "the access model knows {} keys from before",
                        prefetcher.statistics().trackedKeys());
            }
        } catch (IOException e) {
            LOG.warn("the access model begins with nothing: {}", e.getMessage());
        }
    }

    /** Saves what is known now; what was saved before stays if that fails. One thread at a time. */
    public synchronized void save() {
        try {
            Files.createDirectories(file.getParent());
            prefetcher.save(file);
        } catch (IOException e) {
            LOG.warn("cannot save the access model: {}", e.toString());
        }
    }
}
