package io.forelog.ports;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class LocalPortsTest {

    @Test
    void aPortIsGivenOnceAndLiesBelowThoseOfOutgoingConnections() throws IOException {
        var given = new HashSet<Integer>();

        for (int i = 0; i < 200; i++) {
            int port = LocalPorts.free();
            assertThat(given.add(port)).as("port %d is given once", port).isTrue();
            assertThat(port).isBetween(1_024, 32_767);
        }
    }

    @Test
    void aPortOnWhichSomebodyListensIsPassedOver() throws IOException {
        int before = LocalPorts.free();
        try (var listening = new ServerSocket(before + 1, 1, InetAddress.getLoopbackAddress())) {
            assertThat(LocalPorts.free()).isNotEqualTo(listening.getLocalPort());
        }
    }
}
