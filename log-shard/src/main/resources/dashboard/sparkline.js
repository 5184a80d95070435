import { colour } from './colour.js';
import { h } from './dom.js';

/** A line without axes behind a figure: its shape over the time that is kept, from zero to its largest value. */
export class Sparkline {
    #canvas = h('canvas', { class: 'spark', 'aria-hidden': 'true' });
    #colour;
    #value;
    #size = null;
    #history = null;

    /** @param value what a sample's figure is, or null where none was measured */
    constructor(parent, colourName, value) {
        this.#colour = colourName;
        this.#value = value;
        parent.append(this.#canvas);
        new ResizeObserver(([entry]) => this.#resize(entry.contentRect)).observe(this.#canvas);
    }

    #resize({ width, height }) {
        this.#size = { width, height };
        this.#canvas.width = width * devicePixelRatio;
        this.#canvas.height = height * devicePixelRatio;
        if (this.#history !== null) {
            this.draw(this.#history);
        }
    }

    draw(history) {
        this.#history = history;
        const { samples, seconds } = history;
        if (this.#size === null || samples.length < 2) {
            return;
        }
        const value = this.#value;
        const { width, height } = this.#size;
        const context = this.#canvas.getContext('2d');
        context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
        context.clearRect(0, 0, width, height);
        const most = samples.reduce((max, sample) => Math.max(max, value(sample) ?? 0), 0) || 1;
        const end = samples.at(-1).time;
        const x = time => width - (end - time) / 1000 / seconds * width;
        const y = figure => height - 1.5 - figure / most * (height - 3);
        context.strokeStyle = colour(this.#colour);
        context.lineWidth = 1.25;
        context.lineJoin = 'round';
        context.beginPath();
        let isDown = false;
        for (const sample of samples) {
            const figure = value(sample);
            if (figure === null) {
                isDown = false;
            } else if (isDown) {
                context.lineTo(x(sample.time), y(figure));
            } else {
                context.moveTo(x(sample.time), y(figure));
                isDown = true;
            }
        }
        context.stroke();
    }
}
