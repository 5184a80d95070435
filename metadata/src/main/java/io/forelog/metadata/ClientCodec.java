package io.forelog.metadata;

import io.forelog.metadata.ClientState.CursorName;
import io.forelog.metadata.ClientState.SavedCursor;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;

/** What the cluster keeps for its callers as bytes. */
final class ClientCodec {

    private ClientCodec() {}

    static void write(ClientState clients, DataOutput out) throws IOException {
        out.writeInt(clients.keys().size());
        for (var key : new TreeMap<>(clients.keys()).values()) {
            writeKey(key, out);
        }
        out.writeInt(clients.cursors().size());
        for (var cursor : new TreeMap<>(clients.cursors()).entrySet()) {
            out.writeLong(cursor.getKey().log());
            out.writeUTF(cursor.getKey().name());
            out.writeUTF(cursor.getValue().position());
            out.writeLong(cursor.getValue().committedAt());
        }
    }

    static ClientState read(DataInput in) throws IOException {
        Map<String, ApiKey> keys = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            var key = readKey(in);
            keys.put(key.id(), key);
        }
        Map<CursorName, SavedCursor> cursors = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            cursors.put(new CursorName(in.readLong(), in.readUTF()), new SavedCursor(in.readUTF(), in.readLong()));
        }
        return new ClientState(keys, cursors);
    }

    static void writeKey(ApiKey key, DataOutput out) throws IOException {
        out.writeUTF(key.id());
        out.writeUTF(key.name());
        out.writeUTF(key.secretHash());
        out.writeInt(key.permissions().size());
        for (var permission : key.permissions()) {
            out.writeUTF(permission);
        }
        out.writeLong(key.createdAt());
        out.writeLong(key.expiresAt());
        out.writeLong(key.requestsPerSecond());
        out.writeLong(key.bytesPerSecond());
    }

    static ApiKey readKey(DataInput in) throws IOException {
        var id = in.readUTF();
        var name = in.readUTF();
        var hash = in.readUTF();
        var permissions = new ArrayList<String>();
        for (int left = in.readInt(); left > 0; left--) {
            permissions.add(in.readUTF());
        }
        return new ApiKey(id, name, hash, permissions, in.readLong(), in.readLong(), in.readLong(), in.readLong());
    }
}
