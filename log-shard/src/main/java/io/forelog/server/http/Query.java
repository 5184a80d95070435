package io.forelog.server.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parameters of a query, percent-encoded as they stand there. */
final class Query {

    private Query() {}

    /** Returns a parameter's value, or null; the first if there are several. */
    static @Nullable String raw(@Nullable String query, String name) {
        if (query == null) {
            return null;
        }
        int at = 0;
        while (at <= query.length()) {
            int end = end(query, at);
            int nameEnd = nameEnd(query, at, end);
            if (Percent.decodeText(query.substring(at, nameEnd)).equals(name)) {
                return query.substring(Math.min(nameEnd + 1, end), end);
            }
            at = end + 1;
        }
        return null;
    }

    /** Returns the names of all parameters, decoded, as often as they stand there. */
    static List<String> names(@Nullable String query) {
        var names = new ArrayList<String>();
        for (int at = 0; query != null && at < query.length(); ) {
            int end = end(query, at);
            if (end > at) {
                names.add(Percent.decodeText(query.substring(at, nameEnd(query, at, end))));
            }
            at = end + 1;
        }
        return names;
    }

    private static int end(String query, int at) {
        int end = query.indexOf('&', at);
        return end < 0 ? query.length() : end;
    }

    private static int nameEnd(String query, int at, int end) {
        int equals = query.indexOf('=', at);
        return equals >= 0 && equals < end ? equals : end;
    }
}
