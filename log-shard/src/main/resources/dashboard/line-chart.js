import { colour } from './colour.js';
import { attribute, h, text } from './dom.js';
import { clock } from './format.js';

const AXIS_WIDTH = 46;
const TICK_WIDTH = 64;
const STEPS_SECONDS = [10, 20, 30, 60, 120, 180, 300, 600];
const GAP_MILLIS = 5_000;
const DESCRIBE_EVERY_MILLIS = 10_000;

/** All charts show the pointer's time together; null while the pointer is elsewhere. */
const pointer = { time: null, charts: new Set() };

/**
 * Lines over the same ten minutes, with a table beneath that names them and holds their present, least and largest
 * value: legend, summary and text alternative in one.
 *
 * @param options {title, unit, axis: {type, min, max, show}, right: {show}, series: [{name, colour, value(sample),
 *     show(value), isRight, isFilled}]}
 */
export class LineChart {
    #options;
    #rows;
    #canvas;
    #nothing = h('p', { class: 'nothing' }, 'Nothing to show in this time yet');
    #chart;
    #seen = -Infinity;
    #described = 0;

    constructor(parent, options) {
        this.#options = options;
        this.#canvas = h('canvas', { role: 'img', 'aria-label': options.title });
        this.#rows = options.series.map((series, index) => this.#row(series, index));
        parent.append(h('article', { class: 'panel chart' },
            h('header', {}, h('h3', {}, options.title), h('span', { class: 'unit' }, options.unit)),
            h('div', { class: 'plot' }, this.#canvas, this.#nothing),
            h('table', { class: 'legend' },
                h('caption', { class: 'hidden' }, `${options.title}, over the time shown`),
                h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, h('span', { class: 'hidden' }, 'Line')),
                    ...['now', 'min', 'max'].map(name => h('th', { scope: 'col' }, name)))),
                h('tbody', {}, ...this.#rows.map(row => row.element)))));
        this.#chart = new Chart(this.#canvas, this.#configuration());
        pointer.charts.add(this.#chart);
        document.addEventListener('themechange', () => this.#paint());
        this.#paint();
    }

    #row(series, index) {
        const toggle = h('button', {
            type: 'button', 'aria-pressed': 'true', title: `Show or hide ${series.name}`,
            onclick: () => {
                const isShown = !this.#chart.isDatasetVisible(index);
                this.#chart.setDatasetVisibility(index, isShown);
                attribute(toggle, 'aria-pressed', String(isShown));
                this.#chart.update('none');
            },
        }, h('i', { data: { colour: series.colour } }), series.name);
        toggle.firstChild.style.setProperty('--colour', `var(${series.colour})`);
        const cells = [h('td'), h('td'), h('td')];
        return { element: h('tr', {}, h('th', { scope: 'row' }, toggle), ...cells), cells };
    }

    /** Takes over the samples that are new, and shows the last `seconds` of them. */
    update(history, seconds) {
        const { samples, last } = history;
        if (last.time < this.#seen) {
            this.#chart.data.datasets.forEach(dataset => dataset.data.length = 0);
            this.#seen = -Infinity;
        }
        const first = samples[0].time;
        this.#chart.data.datasets.forEach((dataset, index) => {
            const { value } = this.#options.series[index];
            const fresh = samples.findLastIndex(sample => sample.time <= this.#seen) + 1;
            for (let i = fresh; i < samples.length; i++) {
                dataset.data.push({ x: samples[i].time, y: value(samples[i]) });
            }
            while (dataset.data[0].x < first) {
                dataset.data.shift();
            }
        });
        this.#seen = last.time;
        const from = last.time - seconds * 1000;
        Object.assign(this.#chart.options.scales.x, { min: from, max: last.time });
        this.#summarize(from);
        this.#chart.update('none');
    }

    #summarize(from) {
        const said = [];
        let isEmpty = true;
        this.#options.series.forEach((series, index) => {
            const values = this.#chart.data.datasets[index].data
                .filter(point => point.x >= from && point.y !== null).map(point => point.y);
            isEmpty &&= values.length === 0;
            const now = this.#chart.data.datasets[index].data.at(-1).y;
            const shown = [now, values.length ? Math.min(...values) : null, values.length ? Math.max(...values) : null]
                .map(series.show);
            shown.forEach((figure, column) => text(this.#rows[index].cells[column], figure));
            said.push(`${series.name} ${shown[0]}, from ${shown[1]} to ${shown[2]}`);
        });
        this.#nothing.hidden = !isEmpty;
        // A label that changed each second would make a screen reader start again each second.
        if (performance.now() - this.#described > DESCRIBE_EVERY_MILLIS) {
            this.#described = performance.now();
            attribute(this.#canvas, 'aria-label', `${this.#options.title}: ${said.join('; ')}`);
        }
    }

    #configuration() {
        const { axis, right, series } = this.#options;
        return {
            type: 'line',
            data: {
                datasets: series.map(line => ({
                    label: line.name,
                    data: [],
                    yAxisID: line.isRight ? 'right' : 'y',
                    borderWidth: line.isRight ? 1 : 1.5,
                    // What is measured by the right axis lies behind the rest.
                    order: line.isRight ? 1 : 0,
                    borderJoinStyle: 'round',
                    pointRadius: 0,
                    pointHoverRadius: 3,
                    fill: line.isFilled ? 'origin' : false,
                })),
            },
            options: {
                animation: false,
                parsing: false,
                normalized: true,
                responsive: true,
                maintainAspectRatio: false,
                spanGaps: GAP_MILLIS,
                interaction: { mode: 'index', intersect: false },
                layout: { padding: { top: 4 } },
                scales: {
                    x: timeScale(),
                    y: valueScale(axis),
                    ...(right && { right: valueScale({ ...right, position: 'right' }) }),
                },
                plugins: {
                    legend: { display: false },
                    tooltip: {
                        animation: false,
                        callbacks: {
                            title: ([item]) => clock(item.parsed.x, true),
                            label: item => ` ${item.dataset.label}  ${series[item.datasetIndex].show(item.parsed.y)}`,
                        },
                    },
                },
            },
            plugins: [crosshair],
        };
    }

    /** Takes the colours from the style sheet, at the start and when the theme changes. */
    #paint() {
        const { options, data } = this.#chart;
        data.datasets.forEach((dataset, index) => {
            const name = this.#options.series[index].colour;
            dataset.borderColor = colour(name);
            dataset.backgroundColor = colour(name, 0.13);
            dataset.pointHoverBackgroundColor = colour(name);
        });
        for (const scale of Object.values(options.scales)) {
            scale.ticks.color = colour('--quiet');
            scale.grid.color = colour('--grid');
            scale.border.color = colour('--grid');
        }
        Object.assign(options.plugins.tooltip, {
            backgroundColor: colour('--raised'),
            borderColor: colour('--line'),
            borderWidth: 1,
            titleColor: colour('--quiet'),
            bodyColor: colour('--ink'),
            padding: 8,
            boxWidth: 8,
            boxHeight: 8,
            titleFont: { family: 'inherit', size: 11, weight: 'normal' },
            bodyFont: { size: 12 },
        });
        this.#chart.update('none');
    }
}

/** Linear, since all that a time scale would add here is a date library; ticks stand on whole minutes. */
function timeScale() {
    return {
        type: 'linear',
        grid: { drawTicks: false },
        border: {},
        ticks: {
            padding: 6, maxRotation: 0, font: { size: 11 }, autoSkip: false,
            callback: value => clock(value, value % 60_000 !== 0),
        },
        afterBuildTicks: axis => {
            const seconds = (axis.max - axis.min) / 1000;
            const step = STEPS_SECONDS.find(candidate => seconds / candidate * TICK_WIDTH <= axis.width) * 1000;
            axis.ticks = [];
            for (let time = Math.ceil(axis.min / step) * step; time <= axis.max; time += step) {
                axis.ticks.push({ value: time });
            }
        },
    };
}

function valueScale({ type = 'linear', min, max, suggestedMax, show, ticks = 5, position = 'left' }) {
    const isLogarithmic = type === 'logarithmic';
    return {
        type, min, max, suggestedMax, position,
        beginAtZero: !isLogarithmic,
        grid: { drawTicks: false, drawOnChartArea: position === 'left' },
        border: { display: false },
        ticks: {
            padding: 6, font: { size: 11 }, maxTicksLimit: ticks, includeBounds: true,
            callback: value => !isLogarithmic || Number.isInteger(Math.log10(value)) ? show(value) : null,
        },
        // The plots of a column line up only if their axes are equally wide.
        afterFit: scale => scale.width = AXIS_WIDTH,
        ...(isLogarithmic && { afterDataLimits: toWholeDecades, afterBuildTicks: decades }),
    };
}

function toWholeDecades(scale) {
    scale.min = 10 ** Math.floor(Math.log10(Math.max(1, scale.min || 1)));
    scale.max = Math.max(scale.min * 100, 10 ** Math.ceil(Math.log10(Math.max(1, scale.max || 1))));
}

function decades(scale) {
    scale.ticks = [];
    for (let value = scale.min; value <= scale.max * 1.001; value *= 10) {
        scale.ticks.push({ value });
    }
}

const crosshair = {
    afterEvent(chart, { event }) {
        const { left, right } = chart.chartArea;
        const isInside = event.type !== 'mouseout' && event.x >= left && event.x <= right;
        pointer.time = isInside ? chart.scales.x.getValueForPixel(event.x) : null;
        for (const other of pointer.charts) {
            if (other !== chart) {
                other.draw();
            }
        }
    },
    afterDatasetsDraw(chart) {
        if (pointer.time === null) {
            return;
        }
        const x = chart.scales.x.getPixelForValue(pointer.time);
        const { left, right, top, bottom } = chart.chartArea;
        if (x >= left && x <= right) {
            chart.ctx.strokeStyle = colour('--quiet', 0.5);
            chart.ctx.lineWidth = 1;
            chart.ctx.beginPath();
            chart.ctx.moveTo(x, top);
            chart.ctx.lineTo(x, bottom);
            chart.ctx.stroke();
        }
    },
};
