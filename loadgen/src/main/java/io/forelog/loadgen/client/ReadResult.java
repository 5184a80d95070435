package io.forelog.loadgen.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.forelog.loadgen.client.RecordRun.StoredRecord;
import io.forelog.record.RecordAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one of many addresses that were read together.
 *
 * @param stored the record, or null if it was not read
 * @param problem why not, or null if it was
 */
public record ReadResult(
        RecordAddress address,
        @Nullable StoredRecord stored,
        @Nullable Problem problem) {

    static List<ReadResult> list(byte[] body) {
        var results = new ArrayList<ReadResult>();
        try {
            for (var element : Json.MAPPER.readTree(body).path("records")) {
                results.add(of(element));
            }
        } catch (IOException e) {
            throw new MalformedAnswerException("records that were read together are malformed: " + e.getMessage(), e);
        }
        return results;
    }

    private static ReadResult of(JsonNode element) throws IOException {
        if (element.has("problem")) {
            var address = new RecordAddress(
                    element.path("shard").asInt(), element.path("offset").asLong());
            return new ReadResult(address, null, Problem.of(element.get("problem")));
        }
        var stored = RunDecoder.ndjson(Json.MAPPER.writeValueAsBytes(element)).getFirst();
        return new ReadResult(stored.address(), stored, null);
    }
}
