package io.forelog.loadgen.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** Kafka, through its own Java client. Only this class and {@link KafkaLog} name classes of Kafka's. */
final class KafkaPeer implements Peer {

    static final int PARTITIONS = 4;

    private final KafkaBrokers brokers;
    private final Admin admin;

    private KafkaPeer(KafkaBrokers brokers) {
        this.brokers = brokers;
        this.admin = Admin.create(Map.of("bootstrap.servers", brokers.addresses()));
    }

    /**
     * Starts brokers that are their own controllers.
     *
     * @param jars the folder of Kafka's jars
     * @throws IOException if they do not start
     */
    static KafkaPeer start(Path jars, int count, Path folder) throws IOException {
        return new KafkaPeer(KafkaBrokers.start(jars, count, folder));
    }

    @Override
    public String name() {
        return "Kafka";
    }

    @Override
    public String version() {
        // Client and broker come from one folder.
        try (var stream = Admin.class.getResourceAsStream("/kafka/kafka-version.properties")) {
            var properties = new Properties();
            if (stream != null) {
                properties.load(stream);
            }
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException("Kafka does not tell its version", e);
        }
    }

    @Override
    public List<String> settings() {
        return List.of(
                brokers.count() + " broker(s) in KRaft mode, heap 1g and G1 as its scripts start it, " + PARTITIONS
                        + " partitions, replication factor " + brokers.count()
                        + (brokers.count() > 1 ? ", min.insync.replicas 2" : "") + ", acks all",
                "fsync always: flush.messages 1; interval: as Kafka does by itself, which leaves it to the kernel",
                "append: a producer for each client, linger 0, each record waited for",
                "bulk: a producer for each client, batch.size 256 KiB, linger 5 ms, no compression",
                "read: a consumer for each client, seek and poll of one record; filled in batches of 16 KiB, Kafka's"
                        + " default, since a fetch returns at least the batch that holds the record");
    }

    @Override
    public Stream<ProcessHandle> servers() {
        return brokers.processes();
    }

    @Override
    public PeerLog create(String name, Durability durability) throws ExecutionException, InterruptedException {
        var settings = new HashMap<String, String>();
        if (brokers.count() > 1) {
            settings.put("min.insync.replicas", "2");
        }
        if (durability == Durability.ALWAYS) {
            settings.put("flush.messages", "1");
        }
        var topic = new NewTopic(name, PARTITIONS, (short) brokers.count()).configs(settings);
        admin.createTopics(List.of(topic)).all().get();
        return new KafkaLog(admin, brokers.addresses(), name);
    }

    @Override
    public void close() {
        admin.close();
        brokers.close();
    }
}
