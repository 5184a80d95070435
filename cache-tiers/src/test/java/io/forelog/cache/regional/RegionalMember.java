package io.forelog.cache.regional;

import io.forelog.cache.CacheTierContract;
import java.util.List;

/** A second member of the region in a process of its own. */
public final class RegionalMember {

    private RegionalMember() {}

    /** Takes its own port and the others' addresses; says {@code ready} once it has joined. */
    public static void main(String[] arguments) throws Exception {
        var members = List.of(arguments).subList(1, arguments.length);
        CacheTierContract.ready(new RegionalTier(config(Integer.parseInt(arguments[0]), members)));
        System.out.println("ready");
        Thread.currentThread().join();
    }

    public static RegionalConfig config(int port, List<String> members) {
        return new RegionalConfig("test", "here", "127.0.0.1", port, 1, null, members, 64 << 20, 1);
    }
}
