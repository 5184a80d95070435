package io.forelog.metadata;

import io.forelog.plan.Benefit;
import io.forelog.plan.Cause;
import io.forelog.plan.Change;
import io.forelog.plan.Change.Child;
import io.forelog.plan.Cost;
import io.forelog.plan.Cutover;
import io.forelog.plan.Expected;
import io.forelog.plan.Plan;
import io.forelog.plan.Plan.Check;
import io.forelog.plan.Plan.Step;
import io.forelog.plan.PlanKind;
import io.forelog.plan.PlanState;
import io.forelog.plan.Route;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;

/** Plans and their steps as bytes. */
final class PlanCodec {

    private static final byte BEGIN = 1;
    private static final byte ADVANCE = 2;
    private static final byte CANCEL = 3;
    private static final byte CUT_OVER = 4;
    private static final byte CUT = 5;
    private static final byte ROLL_BACK = 6;
    private static final byte MEASURED = 7;
    private static final byte VALIDATED = 8;

    private PlanCodec() {}

    static void write(PlanCommand command, DataOutput out) throws IOException {
        switch (command) {
            case PlanCommand.Begin begin -> {
                out.writeByte(BEGIN);
                write(begin.plan(), out);
            }
            case PlanCommand.Advance advance -> {
                out.writeByte(ADVANCE);
                out.writeLong(advance.id());
                out.writeUTF(advance.from().name());
                out.writeUTF(advance.to().name());
                out.writeLong(advance.atMillis());
                out.writeUTF(advance.note());
                writeChecks(advance.checks(), out);
                out.writeLong(advance.bytesMoved());
            }
            case PlanCommand.Cancel cancel -> {
                out.writeByte(CANCEL);
                out.writeLong(cancel.id());
                out.writeLong(cancel.atMillis());
            }
            case PlanCommand.CutOver cut -> {
                out.writeByte(CUT_OVER);
                out.writeLong(cut.id());
                out.writeUTF(cut.from().name());
                out.writeLong(cut.atMillis());
                writeChecks(cut.checks(), out);
            }
            case PlanCommand.Cut cut -> {
                out.writeByte(CUT);
                out.writeLong(cut.id());
                StateCodec.writeNumbers(cut.sealed(), out);
                StateCodec.writeNumbers(cut.opened(), out);
                out.writeInt(cut.epochBase());
                out.writeLong(cut.atMillis());
            }
            case PlanCommand.Measured measured -> {
                out.writeByte(MEASURED);
                out.writeLong(measured.id());
                out.writeLong(measured.bytesMoved());
                out.writeLong(measured.pauseMicros());
            }
            case PlanCommand.Validated validated -> {
                out.writeByte(VALIDATED);
                out.writeLong(validated.id());
                writeChecks(validated.checks(), out);
            }
            case PlanCommand.RollBack back -> {
                out.writeByte(ROLL_BACK);
                out.writeLong(back.id());
                out.writeUTF(back.cause().name());
                out.writeLong(back.atMillis());
            }
        }
    }

    /** @throws IOException if it is of a newer release */
    static PlanCommand readCommand(DataInput in) throws IOException {
        byte tag = in.readByte();
        return switch (tag) {
            case BEGIN -> new PlanCommand.Begin(readPlan(in, true));
            case ADVANCE ->
                new PlanCommand.Advance(
                        in.readLong(),
                        readState(in),
                        readState(in),
                        in.readLong(),
                        in.readUTF(),
                        readChecks(in),
                        in.readLong());
            case CANCEL -> new PlanCommand.Cancel(in.readLong(), in.readLong());
            case CUT_OVER -> new PlanCommand.CutOver(in.readLong(), readState(in), in.readLong(), readChecks(in));
            case CUT ->
                new PlanCommand.Cut(in.readLong(), readNumbers(in), readNumbers(in), in.readInt(), in.readLong());
            case ROLL_BACK -> new PlanCommand.RollBack(in.readLong(), Cause.valueOf(in.readUTF()), in.readLong());
            case MEASURED -> new PlanCommand.Measured(in.readLong(), in.readLong(), in.readLong());
            case VALIDATED -> new PlanCommand.Validated(in.readLong(), readChecks(in));
            default ->
                throw new IOException(
                        "a step of a plan with tag " + tag + " is not known here; it is of a newer" + " release");
        };
    }

    static void write(PlanBook book, DataOutput out) throws IOException {
        out.writeLong(book.nextId());
        out.writeInt(book.plans().size());
        for (var plan : book.all()) {
            write(plan, out);
        }
    }

    /** @param later whether it was written with the pauses of cutovers, and with pinned keys */
    static PlanBook readBook(DataInput in, boolean later) throws IOException {
        long nextId = in.readLong();
        Map<Long, Plan> plans = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            var plan = readPlan(in, later);
            plans.put(plan.id(), plan);
        }
        return new PlanBook(nextId, plans);
    }

    private static void write(Plan plan, DataOutput out) throws IOException {
        out.writeLong(plan.id());
        out.writeUTF(plan.kind().name());
        out.writeUTF(plan.cause().name());
        out.writeUTF(plan.state().name());
        write(plan.change(), out);
        out.writeUTF(plan.route().source());
        out.writeInt(plan.route().sourceGroup());
        out.writeUTF(plan.route().target());
        out.writeInt(plan.route().targetGroup());
        write(plan.expected(), out);
        StateCodec.writeNumbers(List.copyOf(new TreeSet<>(plan.cutover().sealed())), out);
        StateCodec.writeNumbers(List.copyOf(new TreeSet<>(plan.cutover().opened())), out);
        out.writeLong(plan.undoes());
        out.writeInt(plan.steps().size());
        for (var step : plan.steps()) {
            out.writeUTF(step.state().name());
            out.writeLong(step.atMillis());
            out.writeUTF(step.note());
        }
        writeChecks(plan.checks(), out);
        out.writeLong(plan.bytesMoved());
        out.writeLong(plan.pauseMicros());
    }

    private static Plan readPlan(DataInput in, boolean later) throws IOException {
        long id = in.readLong();
        var kind = PlanKind.valueOf(in.readUTF());
        var cause = Cause.valueOf(in.readUTF());
        var state = readState(in);
        var change = readChange(in, later);
        var route = new Route(in.readUTF(), in.readInt(), in.readUTF(), in.readInt());
        var expected = readExpected(in);
        var cutover = new Cutover(new HashSet<>(readNumbers(in)), new HashSet<>(readNumbers(in)));
        long undoes = in.readLong();
        var steps = new ArrayList<Step>();
        for (int left = in.readInt(); left > 0; left--) {
            steps.add(new Step(readState(in), in.readLong(), in.readUTF()));
        }
        return new Plan(
                id,
                kind,
                cause,
                state,
                change,
                route,
                expected,
                cutover,
                undoes,
                steps,
                readChecks(in),
                in.readLong(),
                later ? in.readLong() : 0);
    }

    private static void write(Change change, DataOutput out) throws IOException {
        out.writeUTF(change.log());
        out.writeLong(change.incarnation());
        StateCodec.writeNumbers(change.shards(), out);
        out.writeBoolean(change.at().isPresent());
        out.writeLong(change.at().orElse(0));
        out.writeInt(change.children().size());
        for (var child : change.children()) {
            out.writeInt(child.number());
            out.writeLong(child.from());
            out.writeLong(child.last());
            out.writeInt(child.group());
        }
        out.writeUTF(change.key());
    }

    private static Change readChange(DataInput in, boolean later) throws IOException {
        var log = in.readUTF();
        long incarnation = in.readLong();
        var shards = readNumbers(in);
        boolean hasPoint = in.readBoolean();
        long point = in.readLong();
        var children = new ArrayList<Child>();
        for (int left = in.readInt(); left > 0; left--) {
            children.add(new Child(in.readInt(), in.readLong(), in.readLong(), in.readInt()));
        }
        return new Change(
                log,
                incarnation,
                shards,
                hasPoint ? OptionalLong.of(point) : OptionalLong.empty(),
                children,
                later ? in.readUTF() : "");
    }

    private static void write(Expected expected, DataOutput out) throws IOException {
        out.writeUTF(expected.forecast());
        var cost = expected.cost();
        out.writeLong(cost.bytes());
        out.writeDouble(cost.copySeconds());
        out.writeDouble(cost.pauseMillis());
        out.writeDouble(cost.targetLoad());
        out.writeDouble(cost.disruptionSeconds());
        var benefit = expected.benefit();
        out.writeDouble(benefit.violationSecondsAvoided());
        out.writeDouble(benefit.headroom());
        out.writeInt(benefit.shardsSaved());
    }

    private static Expected readExpected(DataInput in) throws IOException {
        return new Expected(
                in.readUTF(),
                new Cost(in.readLong(), in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble()),
                new Benefit(in.readDouble(), in.readDouble(), in.readInt()));
    }

    private static void writeChecks(List<Check> checks, DataOutput out) throws IOException {
        out.writeInt(checks.size());
        for (var check : checks) {
            out.writeUTF(check.name());
            out.writeBoolean(check.passed());
            out.writeUTF(check.detail());
        }
    }

    private static List<Check> readChecks(DataInput in) throws IOException {
        var checks = new ArrayList<Check>();
        for (int left = in.readInt(); left > 0; left--) {
            checks.add(new Check(in.readUTF(), in.readBoolean(), in.readUTF()));
        }
        return checks;
    }

    private static PlanState readState(DataInput in) throws IOException {
        return PlanState.valueOf(in.readUTF());
    }

    private static List<Integer> readNumbers(DataInput in) throws IOException {
        var numbers = new ArrayList<Integer>();
        for (int left = in.readInt(); left > 0; left--) {
            numbers.add(in.readInt());
        }
        return numbers;
    }
}
