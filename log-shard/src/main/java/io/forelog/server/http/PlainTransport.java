package io.forelog.server.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.spi.transport.Transport;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * A transport whose servers speak HTTP in clear text and pass over offers to upgrade ({@link UpgradePassedOver}); in
 * all else the one that it wraps. Vert.x gives no other way to a connection before the first request on it.
 */
public final class PlainTransport implements Transport, io.vertx.core.transport.Transport {

    private final String name;
    private final Transport wrapped;

    public PlainTransport(io.vertx.core.transport.Transport wrapped) {
        this.name = wrapped.name();
        this.wrapped = wrapped.implementation();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean available() {
        return isAvailable();
    }

    @Override
    public Transport implementation() {
        return this;
    }

    @Override
    public void configure(TcpConfig config, boolean isDomainSocket, ServerBootstrap bootstrap) {
        wrapped.configure(config, isDomainSocket, bootstrap);
        // A server's channel reads connections.
        bootstrap.handler(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object connection) {
                ((Channel) connection).pipeline().addFirst(new UpgradePassedOver());
                context.fireChannelRead(connection);
            }
        });
    }

    @Override
    public void configure(TcpConfig config, boolean isDomainSocket, Bootstrap bootstrap) {
        wrapped.configure(config, isDomainSocket, bootstrap);
    }

    @Override
    public void configure(DatagramChannel channel, DatagramSocketOptions options) {
        wrapped.configure(channel, options);
    }

    @Override
    public boolean supportsDomainSockets() {
        return wrapped.supportsDomainSockets();
    }

    @Override
    public boolean supportFileRegion() {
        return wrapped.supportFileRegion();
    }

    @Override
    public boolean isAvailable() {
        return wrapped.isAvailable();
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
        return wrapped.unavailabilityCause();
    }

    @Override
    public java.net.SocketAddress convert(SocketAddress address) {
        return wrapped.convert(address);
    }

    @Override
    public SocketAddress convert(java.net.SocketAddress address) {
        return wrapped.convert(address);
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
        return wrapped.ioHandlerFactory();
    }

    @Override
    public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory threadFactory, int ioRatio) {
        return wrapped.eventLoopGroup(type, threads, threadFactory, ioRatio);
    }

    @Override
    @SuppressWarnings("deprecation")
    public DatagramChannel datagramChannel(InternetProtocolFamily family) {
        return wrapped.datagramChannel(family);
    }

    @Override
    public ChannelFactory<? extends DatagramChannel> datagramChannelFactory() {
        return wrapped.datagramChannelFactory();
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean isDomainSocket) {
        return wrapped.channelFactory(isDomainSocket);
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean isDomainSocket) {
        return wrapped.serverChannelFactory(isDomainSocket);
    }
}
