package io.forelog.server.security;

import io.forelog.server.security.Secrets.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The key that may do everything on this one node, to make other keys with. It is in a file of the data directory that
 * only the node's own user may read: who can read that could read the records too. Made anew if the file is missing.
 */
public final class RootKey {

    public static final String FILE = "root.key";
    private static final String ID = "root";

    private RootKey() {}

    /** @throws IOException if the file cannot be read or made, or holds no key */
    static Secret loadOrCreate(Path data) throws IOException {
        var file = data.resolve(FILE);
        if (Files.exists(file)) {
            var secret = Secrets.parse(Files.readString(file).strip());
            if (secret == null || !secret.id().equals(ID)) {
                throw new IOException(file + " holds no key; delete it to have one made");
            }
            return secret;
        }
        var secret = Secrets.create(ID);
        Files.createDirectories(data);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, secret.text() + "\n", StandardOpenOption.WRITE);
        return secret;
    }
}
