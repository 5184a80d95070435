package io.forelog.loadgen.simulate;

import io.forelog.loadgen.simulate.Simulation.Setting;
import io.forelog.loadgen.trace.Trace;
import io.forelog.prefetch.model.Source;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What each source of guesses is worth: the coverage with it alone, and what all of them lose without it. */
final class SourceTable {

    private SourceTable() {}

    static String heading() {
        var line = new StringBuilder("coverage                  capacity lag    none    all");
        for (var source : Source.values()) {
            line.append(String.format(" %14s", source.name().toLowerCase(Locale.ROOT)));
        }
        return line.append("   (alone / all without it, less all)").toString();
    }

    /** Returns the settings of one line: nothing prefetched, all sources, each alone, and all without each. */
    static List<Setting> settings(Setting all) {
        var settings = new ArrayList<Setting>();
        settings.add(new Setting(all.capacity(), all.lag(), false, all.policy(), all.config()));
        settings.add(all);
        for (var source : Source.values()) {
            settings.add(of(all, EnumSet.of(source)));
            settings.add(of(all, EnumSet.complementOf(EnumSet.of(source))));
        }
        return settings;
    }

    private static Setting of(Setting all, Set<Source> sources) {
        return new Setting(
                all.capacity(),
                all.lag(),
                all.prefetch(),
                all.policy(),
                all.config().withSources(sources));
    }

    /** Returns a line of what the simulations of {@link #settings} showed, in that order. */
    static String line(Trace trace, Setting all, List<SimulationResult> results) {
        double coverage = results.get(1).coverage();
        var line = new StringBuilder(String.format(
                Locale.ROOT,
                "%-25s %8.3f %3d  %6.3f %6.3f",
                trace.name(),
                all.capacity(),
                all.lag(),
                results.getFirst().coverage(),
                coverage));
        for (int i = 2; i < results.size(); i += 2) {
            line.append(String.format(
                    Locale.ROOT,
                    " %6.3f /%+6.3f",
                    results.get(i).coverage(),
                    results.get(i + 1).coverage() - coverage));
        }
        return line.toString();
    }
}
