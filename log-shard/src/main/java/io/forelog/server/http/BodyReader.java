package io.forelog.server.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the body of one request whole, within the limits on its size, its time and the memory of all of them. */
final class BodyReader {

    private static final int BYTES_AT_ONCE = 64 << 10;
    private static final int PART_BYTES_MIN = 4 << 10;

    private final HttpServerRequest request;
    private final HttpLimits limits;
    private final Admission admission;
    private final Promise<byte[]> whole = Promise.promise();
    private final List<Buffer> parts = new ArrayList<>(1);
    private @Nullable Buffer small;
    private long reserved;
    private boolean isBegun;

    BodyReader(HttpServerRequest request, HttpLimits limits, Admission admission) {
        this.request = request;
        this.limits = limits;
        this.admission = admission;
    }

    /** Gives back the memory that the body took, when nobody needs it any more. */
    void release() {
        admission.release(reserved);
        reserved = 0;
    }

    /**
     * Takes the body of a request that has one.
     *
     * @param deadlines ends what takes too long
     */
    Future<byte[]> read(BodyDeadlines deadlines) {
        isBegun = true;
        var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length != null && (length.length() > 18 || Long.parseLong(length) > bytesMax())) {
            return Future.failedFuture(tooLarge());
        }
        // Room for what came, not for what was announced: an announcement costs the caller nothing.
        request.handler(this::take);
        request.endHandler(ended -> whole.tryComplete(joined()));
        // Whatever HTTP's decoder failed with, it failed over what the caller sent.
        request.exceptionHandler(
                failed -> whole.tryFail(ProblemException.badRequest("the body did not come as valid HTTP")));
        deadlines.begin(this);
        return whole.future().onComplete(read -> deadlines.ended(this));
    }

    /** Returns whether nothing of the body was read yet, and it is small enough to be passed over and sure to come. */
    boolean isSoonOver() {
        var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return !isBegun
                && length != null
                && length.length() <= 5
                && Integer.parseInt(length) <= BYTES_AT_ONCE
                && request.getHeader(HttpHeaders.EXPECT) == null;
    }

    /** Passes over the body, so that another request may follow on the connection. */
    void discard() {
        isBegun = true;
        request.handler(part -> {});
        request.resume();
    }

    /** Gives up: the caller had its time. */
    void expire() {
        stop(tooSlow());
    }

    private long bytesMax() {
        return request.path().startsWith(InternalApi.PREFIX)
                ? limits.bodyBytesMax() + InternalApi.OVERHEAD_BYTES
                : limits.bodyBytesMax();
    }

    private void take(Buffer part) {
        if (whole.future().isComplete()) {
            return;
        }
        if (reserved + part.length() > bytesMax()) {
            stop(tooLarge());
        } else if (!admission.reserve(part.length())) {
            stop(admission.full());
        } else {
            reserved += part.length();
            keep(part);
        }
    }

    /** Small parts are put together: each by itself would take more memory than its bytes. */
    private void keep(Buffer part) {
        if (part.length() >= PART_BYTES_MIN || parts.isEmpty()) {
            parts.add(part);
            small = null;
            return;
        }
        if (small == null || small.length() > BYTES_AT_ONCE) {
            small = Buffer.buffer();
            parts.add(small);
        }
        small.appendBuffer(part);
    }

    private byte[] joined() {
        var body = new byte[Math.toIntExact(reserved)];
        int at = 0;
        for (var part : parts) {
            part.getBytes(body, at);
            at += part.length();
        }
        parts.clear();
        return body;
    }

    private void stop(RuntimeException why) {
        // On HTTP/2 a stream that is paused would keep what others on its connection need to be sent.
        if (request.version() != HttpVersion.HTTP_2) {
            request.pause();
        }
        parts.clear();
        whole.tryFail(why);
    }

    /** HTTP/2 needs no header to announce a body. */
    static boolean hasBody(HttpServerRequest request) {
        return request.getHeader(HttpHeaders.CONTENT_LENGTH) != null
                || request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null
                || request.version() == HttpVersion.HTTP_2 && !request.isEnded();
    }

    private ProblemException tooLarge() {
        return new ProblemException(Problem.of(
                413,
                "request-too-large",
                "The request is too large",
                "a body has at most " + limits.bodyBytesMax() + " bytes"));
    }

    private ProblemException tooSlow() {
        return new ProblemException(Problem.of(
                        408,
                        "request-timeout",
                        "The body did not come",
                        "a body must be here after " + limits.bodyTimeout())
                .asRetryable());
    }
}
