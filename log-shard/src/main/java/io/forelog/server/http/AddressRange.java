package io.forelog.server.http;

import io.forelog.record.RecordAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Records of a shard, one after another. */
record AddressRange(int shard, long from, int count) {

    static AddressRange of(AppendPlan.Target target) {
        return new AddressRange(target.shard(), target.appended().baseOffset(), target.count());
    }

    /** Returns the fewest ranges that hold these addresses, in their order. */
    static List<AddressRange> of(List<RecordAddress> addresses) {
        var ranges = new ArrayList<AddressRange>();
        var ordered = addresses.stream()
                .sorted(Comparator.comparingInt(RecordAddress::shard).thenComparingLong(RecordAddress::offset))
                .toList();
        for (var address : ordered) {
            var last = ranges.isEmpty() ? null : ranges.getLast();
            if (last != null && last.shard == address.shard() && last.from + last.count == address.offset()) {
                ranges.set(ranges.size() - 1, new AddressRange(last.shard, last.from, last.count + 1));
            } else {
                ranges.add(new AddressRange(address.shard(), address.offset(), 1));
            }
        }
        return ranges;
    }
}
