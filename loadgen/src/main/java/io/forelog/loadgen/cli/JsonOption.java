package io.forelog.loadgen.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --json FILE}: a command's figures as one JSON document, beside what it shows a person. */
final class JsonOption {

    private static final ObjectMapper MAPPER = new ObjectMapper()
            .findAndRegisterModules()
            .registerModule(new SimpleModule()
                    .addSerializer(Instant.class, ToStringSerializer.instance)
                    .addSerializer(Duration.class, ToStringSerializer.instance))
            .configure(SerializationFeature.WRITE_ENUMS_USING_TO_STRING, true)
            .configure(SerializationFeature.INDENT_OUTPUT, true);

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    private @Nullable Path file;

    /** Checked at once: the figures come at the end of what may have taken hours. */
    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON; - for standard output.")
    private void toFile(Path file) {
        var folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "Invalid value for option '--json': " + file + " cannot be written");
        }
        this.file = file;
    }

    /** Returns whether standard output belongs to the JSON document, so that what people read must go elsewhere. */
    boolean takesStandardOutput() {
        return file != null && file.toString().equals("-");
    }

    /** Returns figures as a JSON document, its last line ended. */
    static String document(Object figures) throws IOException {
        return MAPPER.writeValueAsString(figures) + "\n";
    }

    /**
     * Writes the document if it was asked for.
     *
     * @throws CommandFailedException if the file cannot be written
     */
    void write(Object figures, PrintWriter standardOutput) {
        if (file == null) {
            return;
        }
        try {
            var document = document(figures);
            if (takesStandardOutput()) {
                standardOutput.print(document);
                standardOutput.flush();
            } else {
                Files.writeString(file, document);
            }
        } catch (IOException e) {
            throw new CommandFailedException("cannot write " + file + ": " + CommandFailedException.told(e), e);
        }
    }
}
