package io.forelog.server.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Percent-encoding of RFC 3986 over bytes: keys need not be text. */
final class Percent {

    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private Percent() {}

    /** @throws ProblemException if a percent sign is not followed by two hexadecimal digits */
    static byte[] decode(String text) {
        if (text.indexOf('%') < 0) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        var bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); ) {
            char c = text.charAt(i);
            if (c == '%') {
                bytes.write(octet(text, i));
                i += 3;
            } else {
                int end = text.offsetByCodePoints(i, 1);
                bytes.writeBytes(text.substring(i, end).getBytes(StandardCharsets.UTF_8));
                i = end;
            }
        }
        return bytes.toByteArray();
    }

    static String decodeText(String text) {
        return text.indexOf('%') < 0 ? text : new String(decode(text), StandardCharsets.UTF_8);
    }

    private static int octet(String text, int at) {
        int high = at + 2 < text.length() ? Character.digit(text.charAt(at + 1), 16) : -1;
        int low = high < 0 ? -1 : Character.digit(text.charAt(at + 2), 16);
        if (low < 0) {
            throw ProblemException.badRequest("'%' stands before two hexadecimal digits, not in '" + text + "'");
        }
        return high << 4 | low;
    }

    /** Encodes what cannot stand in a header: all but visible ASCII, and the percent sign itself. */
    static String encode(byte[] bytes) {
        var text = new StringBuilder(bytes.length);
        for (byte b : bytes) {
            if (b > 0x20 && b < 0x7f && b != '%') {
                text.append((char) b);
            } else {
                text.append('%').append(HEX[b >> 4 & 15]).append(HEX[b & 15]);
            }
        }
        return text.toString();
    }

    /** Encodes all but the letters, digits and marks that a header's name may hold. */
    static String encodeName(String name) {
        var text = new StringBuilder(name.length());
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            if (Character.isLetterOrDigit(b) && b > 0 || b == '-' || b == '_' || b == '.') {
                text.append((char) b);
            } else {
                text.append('%').append(HEX[b >> 4 & 15]).append(HEX[b & 15]);
            }
        }
        return text.toString();
    }
}
