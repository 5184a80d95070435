import { TIERS } from './tiers.js';

const SPAN_MILLIS = 600_000;
const SHARE_MILLIS = 10_000;

/** The last ten minutes, one sample a second, oldest first. */
export class History {
    samples = [];

    get last() {
        return this.samples.at(-1);
    }

    /** Returns how much time to show: what is kept, and at least a minute, so that a new page's lines do not stand out. */
    get seconds() {
        return Math.max(60, (this.last.time - this.samples[0].time) / 1000);
    }

    add(frame) {
        const tiers = Object.fromEntries(frame.tiers.map(tier => [tier.tier, tier]));
        // A restarted node may be another one with another clock: times must rise, or the charts fold back.
        if (this.last && frame.time <= this.last.time) {
            if (this.last.time - frame.time < 2000) {
                return;
            }
            this.samples = [];
        }
        const sample = {
            time: frame.time,
            reads: frame.reads.perSecond,
            appends: frame.appends.perSecond,
            read: measured(frame.latency.read),
            append: measured(frame.latency.append),
            tiers,
            prefetch: frame.prefetch,
        };
        this.samples.push(sample);
        sample.shares = this.#shares(sample);
        while (this.samples[0].time < frame.time - SPAN_MILLIS) {
            this.samples.shift();
        }
    }

    /**
     * What part of the reads of the last ten seconds asked each tier, and what part it answered: null where nothing
     * was read. What no cache answered came from the shard, however many fetches that took.
     */
    #shares(sample) {
        const since = this.samples.findLast(older => older.time <= sample.time - SHARE_MILLIS) ?? this.samples[0];
        const risen = (tier, counter) =>
            (sample.tiers[tier]?.[counter] ?? 0) - (since.tiers[tier]?.[counter] ?? 0);
        const reads = risen('local', 'requests');
        if (reads <= 0) {
            return null;
        }
        const part = number => Math.min(1, Math.max(0, number / reads));
        const shares = { cached: 0 };
        for (const { id } of TIERS.filter(tier => tier.isCache)) {
            shares[id] = { asked: part(risen(id, 'requests')), answered: part(risen(id, 'hits')) };
            shares.cached += shares[id].answered;
        }
        shares.cached = Math.min(1, shares.cached);
        const rest = 1 - shares.cached;
        shares.shard = { asked: rest, answered: rest };
        return shares;
    }
}

function measured(latency) {
    return latency.count > 0 ? latency : null;
}
