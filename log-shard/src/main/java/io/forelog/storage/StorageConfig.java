package io.forelog.storage;

public record StorageConfig() {
    public static final StorageConfig DEFAULT = new StorageConfig();
}
