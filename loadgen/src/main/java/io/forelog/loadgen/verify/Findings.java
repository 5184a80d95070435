package io.forelog.loadgen.verify;

import java.util.ArrayList;
import java.util.List;

/** The first few faults in words; the rest is only counted elsewhere. */
final class Findings {

    private final int max;
    private final List<String> findings = new ArrayList<>();

    Findings(int max) {
        this.max = max;
    }

    void add(String finding) {
        if (findings.size() < max) {
            findings.add(finding);
        }
    }

    List<String> list() {
        return List.copyOf(findings);
    }
}
