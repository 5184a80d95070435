import { announce, attribute, h, property, text } from './dom.js';
import { brief, count, percent } from './format.js';

const OUTCOMES = [
    ['used', 'used in time'],
    ['late', 'came too late'],
    ['wasted', 'never used'],
    ['open', 'still cached'],
];

/** Which part of the fetched records was read: not 0, but unknown, before the first fetch. */
export function accuracy(prefetch) {
    return prefetch.issued > 0 ? prefetch.accuracy : null;
}

/** What reading ahead achieves: how often it guessed right, what it saved, and what became of each fetch. */
export class Prefetch {
    #enabled = null;

    constructor(root) {
        this.chip = h('span', { class: 'chip' });
        this.accuracy = gauge('Accuracy', 'of fetched records were read', 'accuracy');
        this.coverage = gauge('Coverage', 'of misses were prevented', 'coverage');
        this.issued = h('b', { data: { figure: 'issued' } });
        this.queue = h('b', { data: { figure: 'queue' } });
        this.inFlight = h('b', { data: { figure: 'in-flight' } });
        this.parts = new Map(OUTCOMES.map(([name]) => [name, h('i', { data: { outcome: name } })]));
        this.counts = new Map(OUTCOMES.map(([name]) => [name, { count: h('td'), share: h('td') }]));
        root.append(
            h('header', {}, h('h3', { id: 'prefetch-title' }, 'Prefetch'), this.chip),
            h('div', { class: 'gauges' }, this.accuracy.root, this.coverage.root),
            h('div', { class: 'stack', 'aria-hidden': 'true' }, ...this.parts.values()),
            h('table', { class: 'outcomes' },
                h('caption', { class: 'hidden' }, 'What became of the prefetched records'),
                h('tbody', {}, ...OUTCOMES.map(([name, label]) => h('tr', { data: { outcome: name } },
                    h('th', { scope: 'row' }, label), this.counts.get(name).count, this.counts.get(name).share)))),
            h('p', { class: 'foot' },
                h('span', {}, this.issued, ' issued'),
                h('span', {}, this.queue, ' queued'),
                h('span', {}, this.inFlight, ' in flight')));
    }

    update(frame) {
        const prefetch = frame.prefetch;
        if (this.#enabled !== null && this.#enabled !== prefetch.enabled) {
            announce(`Prefetch is ${prefetch.enabled ? 'on' : 'off'}`);
        }
        this.#enabled = prefetch.enabled;
        text(this.chip, prefetch.enabled ? 'on' : 'off');
        attribute(this.chip, 'data-state', prefetch.enabled ? 'UP' : 'OFF');
        this.accuracy.update(accuracy(prefetch));
        this.coverage.update(prefetch.coverage);
        text(this.issued, count(prefetch.issued));
        text(this.queue, count(prefetch.queue));
        text(this.inFlight, count(prefetch.inFlight));
        this.#updateOutcomes(prefetch);
    }

    #updateOutcomes(prefetch) {
        const { used, late, wasted } = prefetch;
        const outcomes = { used, late, wasted, open: Math.max(0, prefetch.issued - used - late - wasted) };
        const total = Object.values(outcomes).reduce((sum, value) => sum + value, 0);
        for (const [name, value] of Object.entries(outcomes)) {
            const share = total > 0 ? value / total : null;
            property(this.parts.get(name), '--part', share ?? 0);
            text(this.counts.get(name).count, brief(value));
            text(this.counts.get(name).share, percent(share));
        }
    }
}

function gauge(name, meaning, colour) {
    const value = h('b');
    const meter = h('div', { class: 'meter', data: { colour } }, h('i'));
    return {
        root: h('div', { class: 'gauge' }, h('span', {}, name), value, meter, h('small', {}, meaning)),
        update(ratio) {
            text(value, percent(ratio));
            property(meter, '--part', Math.min(1, Math.max(0, ratio ?? 0)));
        },
    };
}
