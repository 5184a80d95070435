package io.forelog.manager;

import java.util.Locale;

/** When the shard manager acts by itself. */
public enum Mode {
    /** On forecasts only. */
    PROACTIVE,
    /** On limits that were passed only. */
    REACTIVE,
    /** On forecasts, and on limits that were passed where no forecast warned. */
    HYBRID,
    /** Never; plans are made by hand. */
    MANUAL;

    /** Returns whether forecasts may cause plans. */
    public boolean foresees() {
        return this == PROACTIVE || this == HYBRID;
    }

    /** Returns whether passed limits may cause plans. */
    public boolean reacts() {
        return this == REACTIVE || this == HYBRID;
    }

    /** Returns the name that the API uses. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if there is no such mode */
    public static Mode of(String label) {
        for (var mode : values()) {
            if (mode.label().equals(label)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("a policy is proactive, reactive, hybrid or manual, not " + label);
    }
}
