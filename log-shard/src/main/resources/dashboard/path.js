import { announce, attribute, h, property, text } from './dom.js';
import { NONE, SPACE, brief, bytes, micros, percent, span } from './format.js';
import { STATES, TIERS } from './tiers.js';

/** The way of a read: reader, local, regional, global, shard, and on each line what goes there and comes back. */
export class ReadPath {
    #hops = new Map();

    constructor(root) {
        root.append(h('div', { class: 'reader' }, h('strong', {}, 'Reader'), this.#rate = h('span', {}, NONE)));
        for (const tier of TIERS) {
            const hop = new Hop(tier);
            this.#hops.set(tier.id, hop);
            root.append(hop.line, hop.card);
        }
    }

    #rate;

    update(frame, history) {
        const shares = history.last.shares;
        const total = measure => frame.logs.reduce((sum, log) => sum + measure(log), 0);
        // The shards keep what was appended: their size is that of the logs.
        const stored = {
            bytes: total(log => log.bytes), records: total(log => log.records), shards: total(log => log.shards.length),
        };
        text(this.#rate, brief(frame.reads.perSecond) + SPACE + '/s');
        for (const [id, hop] of this.#hops) {
            const tier = frame.tiers.find(candidate => candidate.tier === id) ?? { state: 'OFF' };
            hop.update(id === 'shard' ? { ...tier, ...stored } : tier, shares?.[id] ?? null);
        }
    }
}

const CACHE_ROWS = { latency: 'p50 · p99', entries: 'entries', evictions: 'evictions', saved: 'time saved' };
const SHARD_ROWS = { latency: 'p50 · p99', reads: 'reads since start', records: 'records', shards: 'shards' };

/** One tier's card and the line that leads to it. */
class Hop {
    #tier;
    #state = null;

    constructor(tier) {
        this.#tier = tier;
        this.asked = h('span', { class: 'asked' }, NONE);
        this.answered = h('span', { class: 'answered' }, NONE);
        this.line = h('div', { class: 'hop', data: { tier: tier.id } },
            this.asked, h('i', { class: 'go' }), h('i', { class: 'back' }), this.answered);
        this.chip = h('span', { class: 'chip' });
        this.ratio = h('b', {}, NONE);
        this.used = h('span', {}, NONE);
        this.meter = h('div', { class: 'meter' }, h('i'));
        this.figures = {};
        const rows = Object.entries(tier.isCache ? CACHE_ROWS : SHARD_ROWS).map(([name, label]) => {
            this.figures[name] = h('dd', { data: { figure: name } }, NONE);
            return h('div', {}, h('dt', {}, label), this.figures[name]);
        });
        this.error = h('p', { class: 'error', hidden: true });
        this.card = h('article', { class: 'tier', data: { tier: tier.id }, 'aria-label': `${tier.name} tier` },
            h('header', {}, h('h3', {}, tier.name), this.chip),
            h('p', { class: 'what' }, tier.what),
            h('p', { class: 'big' }, this.ratio, h('span', {}, tier.isCache ? 'hit ratio' : 'of reads come this far')),
            h('dl', {}, ...rows),
            h('p', { class: 'used' }, this.used), this.meter,
            this.error);
        this.meter.hidden = !tier.isCache;
    }

    update(tier, share) {
        this.#updateState(tier);
        this.#updateLine(share);
        text(this.ratio, percent(this.#tier.isCache ? tier.hitRatio : share?.answered));
        const isMeasured = tier.p50Micros > 0 || tier.p99Micros > 0;
        text(this.figures.latency, isMeasured ? `${micros(tier.p50Micros)} · ${micros(tier.p99Micros)}` : NONE);
        if (this.#tier.isCache) {
            text(this.figures.entries, brief(tier.entries));
            text(this.figures.evictions, brief(tier.evictions));
            text(this.figures.saved, span(tier.savedMillis));
        } else {
            text(this.figures.reads, brief(tier.requests));
            text(this.figures.records, brief(tier.records));
            text(this.figures.shards, brief(tier.shards));
        }
        const isBounded = tier.bytesMax > 0;
        text(this.used, `${bytes(tier.bytes)} ${isBounded ? `of ${bytes(tier.bytesMax)}` : 'stored'}`);
        property(this.meter, '--part', isBounded ? Math.min(1, tier.bytes / tier.bytesMax) : 0);
    }

    #updateState(tier) {
        const shown = STATES[tier.state] ?? tier.state;
        if (this.#state !== null && this.#state !== tier.state) {
            announce(`${this.#tier.name} tier is ${shown}`);
        }
        this.#state = tier.state;
        attribute(this.card, 'data-state', tier.state);
        attribute(this.line, 'data-state', tier.state);
        text(this.chip, shown);
        const isFailing = tier.state !== 'UP' && Boolean(tier.error);
        this.error.hidden = !isFailing;
        text(this.error, isFailing ? tier.error : '');
    }

    #updateLine(share) {
        text(this.asked, share === null ? NONE : percent(share.asked));
        text(this.answered, share === null ? NONE : percent(share.answered));
        property(this.line, '--asked', share?.asked ?? 0);
        property(this.line, '--answered', share?.answered ?? 0);
        attribute(this.line, 'data-asked', String((share?.asked ?? 0) > 0));
        attribute(this.line, 'aria-label', share === null
            ? `${this.#tier.name}: nothing read`
            : `${percent(share.asked)} of reads ask ${this.#tier.name}, it answers ${percent(share.answered)} of all`);
        attribute(this.line, 'role', 'img');
    }
}
