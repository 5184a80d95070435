package io.forelog.loadgen.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.forelog.record.RecordAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the addresses out of an append's answer. */
final class AddressDecoder {

    private static final JsonFactory JSON = new JsonFactory();

    private AddressDecoder() {}

    /**
     * Returns one address for each record, in the order sent.
     *
     * @throws MalformedAnswerException if there are not {@code expected} of them
     */
    static List<RecordAddress> decode(byte[] body, int expected) {
        var addresses = new ArrayList<RecordAddress>(expected);
        try (var parser = JSON.createParser(body)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.START_ARRAY && "records".equals(parser.currentName())) {
                    array(parser, addresses);
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new MalformedAnswerException("an append's answer is malformed: " + e.getMessage(), e);
        }
        if (addresses.size() != expected) {
            throw new MalformedAnswerException(
                    "an append of " + expected + " records was answered with " + addresses.size() + " addresses");
        }
        return addresses;
    }

    private static void array(JsonParser parser, List<RecordAddress> addresses) throws IOException {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            int shard = -1;
            long offset = -1;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "shard" -> shard = parser.getIntValue();
                    case "offset" -> offset = parser.getLongValue();
                    default -> parser.skipChildren();
                }
            }
            addresses.add(new RecordAddress(shard, offset));
        }
    }
}
