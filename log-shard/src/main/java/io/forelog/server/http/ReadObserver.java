package io.forelog.server.http;

import io.forelog.cache.Answer;
import io.forelog.record.GlobalAddress;

/** Learns of every read that was answered. May be called on the event loop of the read: must not block. */
public interface ReadObserver {

    void read(Call call, GlobalAddress address, Answer answer);
}
