package io.forelog.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.server.cluster.Identity.Address;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AddressBookTest {

    @Test
    void aNodeIsWhereItSaysUnlessThereIsAnotherWayToIt() {
        var book = new AddressBook(List.of("b=127.0.0.1:11/127.0.0.1:12"));
        book.learn(
                Map.of("a", new Address("127.0.0.1:1", "127.0.0.1:2"), "b", new Address("127.0.0.1:3", "127.0.0.1:4")));

        assertThat(book.http("a")).isEqualTo("127.0.0.1:1");
        assertThat(book.http("b")).isEqualTo("127.0.0.1:11");
        assertThat(book.raft("b")).contains(new InetSocketAddress("127.0.0.1", 12));
        assertThat(book.all().get("b").http()).as("what others are told").isEqualTo("127.0.0.1:3");
    }

    @Test
    void aWayOfAnotherFormIsRefused() {
        for (var wrong :
                List.of("b", "b=127.0.0.1:1", "=127.0.0.1:1/127.0.0.1:2", "b=127.0.0.1/127.0.0.1:2", "b=h:1/h:x")) {
            assertThatThrownBy(() -> new AddressBook(List.of(wrong))).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
