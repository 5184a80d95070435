package io.forelog.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.impl.http2.codec.Http1xUpgradeToH2CHandler;
import io.vertx.core.http.impl.tcp.Http1xOrH2CHandler;
import java.util.Base64;

/**
 * Passes over a request's offer to go on in HTTP/2 ({@code Upgrade: h2c}, RFC 7540, 3.2) that lacks something, or comes
 * with a body: the request is answered as any other, in HTTP/1.1, as RFC 9110, 7.8, allows. Vert.x (5.2.0) answers such
 * an offer with an empty 400, keeps the connection, and never frees the request's body.
 *
 * <p>Vert.x looks at what comes first and then puts its handlers for HTTP/1.1 into the pipeline, that of the offer with
 * them, and gives them what came. So it is given one byte after another until it has decided, at most as many as
 * HTTP/2's preface has, before it gets the rest with the offer's reader between.
 */
final class UpgradePassedOver extends ChannelInboundHandlerAdapter {

    private static final int PREFACE_BYTES = Http1xOrH2CHandler.HTTP_2_PREFACE.length();

    private int seen;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var bytes = (ByteBuf) message;
        while (bytes.isReadable() && seen < PREFACE_BYTES && !isHttp1(context)) {
            seen++;
            context.fireChannelRead(bytes.readRetainedSlice(1));
        }
        if (isHttp1(context)) {
            var offers = context.pipeline().context(Http1xUpgradeToH2CHandler.class).name();
            context.pipeline().addBefore(offers, null, new Offer()).remove(this);
        } else if (seen == PREFACE_BYTES) {
            context.pipeline().remove(this);
        }
        if (bytes.isReadable()) {
            context.fireChannelRead(bytes);
        } else {
            ReferenceCountUtil.release(bytes);
        }
    }

    private static boolean isHttp1(ChannelHandlerContext context) {
        return context.pipeline().context(Http1xUpgradeToH2CHandler.class) != null;
    }

    /** Takes it out of a connection's first request, if need be; Vert.x looks for it in no other. */
    private static final class Offer extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request) {
                if (!isTaken(request.headers())) {
                    request.headers().remove(HttpHeaderNames.UPGRADE);
                }
                context.pipeline().remove(this);
            }
            context.fireChannelRead(message);
        }

        private static boolean isTaken(HttpHeaders headers) {
            var settings = headers.getAll(Http2CodecUtil.HTTP_UPGRADE_SETTINGS_HEADER);
            return headers.getAll(HttpHeaderNames.UPGRADE).size() == 1
                    && settings.size() == 1
                    && areSettings(settings.getFirst())
                    && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderNames.UPGRADE, true)
                    && headers.containsValue(
                            HttpHeaderNames.CONNECTION, Http2CodecUtil.HTTP_UPGRADE_SETTINGS_HEADER, true)
                    && !headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
                    && "0".equals(headers.get(HttpHeaderNames.CONTENT_LENGTH, "0"));
        }

        private static boolean areSettings(String text) {
            try {
                return Base64.getUrlDecoder().decode(text).length % Http2CodecUtil.SETTING_ENTRY_LENGTH == 0;
            } catch (IllegalArgumentException e) {
                // Not in base64: an offer of nothing.
                return false;
            }
        }
    }
}
