package io.forelog.server.http;

/** The weight of one element of a header such as {@code Accept}: RFC 9110, 12.4.2. */
final class Quality {

    private Quality() {}

    /** Returns the weight among an element's parameters; one that is none counts as 1. */
    static double of(String[] parts) {
        for (var part : parts) {
            if (part.matches("q=(0(\\.\\d{0,3})?|1(\\.0{0,3})?)")) {
                return Double.parseDouble(part.substring(2));
            }
        }
        return 1;
    }
}
