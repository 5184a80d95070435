import { SPACE, brief, micros, microsTick, percent, rate, tick } from './format.js';
import { LineChart } from './line-chart.js';
import { accuracy } from './prefetch.js';
import { TIERS } from './tiers.js';

/** The least that is measured is 1 µs, and a logarithmic axis has no place for less. */
function drawn(value) {
    return value === undefined ? null : Math.max(1, value);
}

function latency(title, kind) {
    return {
        title,
        unit: 'over one second each, log scale',
        axis: { type: 'logarithmic', show: microsTick },
        series: [['p50', 'p50Micros'], ['p99', 'p99Micros'], ['p99.9', 'p999Micros']].map(([name, field], depth) => ({
            name, colour: `--${kind}-${depth + 1}`, show: micros, value: sample => drawn(sample[kind]?.[field]),
        })),
    };
}

const ratioAxis = { min: 0, max: 1, show: value => `${Math.round(value * 100)}${SPACE}%` };

const CHARTS = [
    {
        title: 'Reads and appends',
        unit: 'per second',
        axis: { suggestedMax: 10, show: tick },
        series: [
            { name: 'reads', colour: '--reads', isFilled: true, show: rate, value: sample => sample.reads },
            { name: 'appends', colour: '--appends', isFilled: true, show: rate, value: sample => sample.appends },
        ],
    },
    latency('Read latency', 'read'),
    latency('Append latency', 'append'),
    {
        title: 'Hit ratio',
        unit: 'of what asked the tier, 10 s',
        axis: ratioAxis,
        series: TIERS.filter(tier => tier.isCache).map(tier => ({
            name: tier.name.toLowerCase(), colour: `--${tier.id}`, show: percent,
            value: sample => sample.tiers[tier.id]?.hitRatio ?? null,
        })),
    },
    {
        title: 'Prefetch over time',
        unit: 'ratios left, queue right',
        axis: ratioAxis,
        right: { suggestedMax: 10, show: tick },
        series: [
            { name: 'accuracy', colour: '--accuracy', show: percent, value: sample => accuracy(sample.prefetch) },
            { name: 'coverage', colour: '--coverage', show: percent, value: sample => sample.prefetch.coverage },
            { name: 'queue', colour: '--queue', isRight: true, show: brief, value: sample => sample.prefetch.queue },
        ],
    },
];

/** The charts over the last ten minutes, all with the same time on their axis. */
export class Trends {
    #charts;
    #history = null;
    #seconds = 600;

    constructor(root) {
        this.#charts = CHARTS.map(options => new LineChart(root, options));
        document.querySelectorAll('#window input').forEach(choice => choice.addEventListener('change', () => {
            this.#seconds = Number(choice.value);
            this.#draw();
        }));
    }

    update(frame, history) {
        this.#history = history;
        this.#draw();
    }

    #draw() {
        if (this.#history) {
            const seconds = Math.min(this.#seconds, this.#history.seconds);
            this.#charts.forEach(chart => chart.update(this.#history, seconds));
        }
    }
}
