package io.forelog.loadgen.verify;

/** The text of a key by its number. */
@FunctionalInterface
public interface KeyNames {

    /** Keys as loads write them: {@code key-000000042}. */
    KeyNames PADDED = number -> {
        var digits = Integer.toString(number);
        return "key-" + "0".repeat(Math.max(0, 9 - digits.length())) + digits;
    };

    String name(int number);
}
