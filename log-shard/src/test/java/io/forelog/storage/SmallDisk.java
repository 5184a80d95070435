package io.forelog.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A small file system of its own, mounted on a directory until it is unmounted. */
public final class SmallDisk {

    private final Path mountPoint;

    private SmallDisk(Path mountPoint) {
        this.mountPoint = mountPoint;
    }

    /** Mounts one; where this user may not, the test is skipped, or with {@code CI=true} fails. */
    public static SmallDisk mount(Path mountPoint, int bytes) throws IOException, InterruptedException {
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", mountPoint.toString()) == 0;
        if (!mounted && "true".equals(System.getenv("CI"))) {
            fail("CI must be able to mount a tmpfs");
        }
        Assumptions.assumeTrue(mounted, "skipped: this user may not mount a tmpfs");
        return new SmallDisk(mountPoint);
    }

    public void unmount() throws IOException, InterruptedException {
        run("umount", "-l", mountPoint.toString());
    }

    private static int run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
