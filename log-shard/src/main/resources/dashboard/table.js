import { attribute, h, text } from './dom.js';
import { Polled } from './calls.js';

/**
 * A panel with a table of what a call answers, and with words where there is nothing to show: while it is loading, when
 * it is empty, when the call failed.
 */
export class Listing {
    #body;
    #note;
    #again;
    #scroll;
    #rowsOf;
    #empty;
    #keyOf;
    #rows = new Map();

    /**
     * @param root where to put it
     * @param columns [heading, 'number' or 'text']
     * @param rowsOf from the document to [{key, cells, state, detail}]; a cell is text
     */
    constructor(root, { path, millis, label, columns, empty, rowsOf }) {
        this.#rowsOf = rowsOf;
        this.#empty = empty;
        this.#keyOf = columns.map(([, kind]) => kind);
        this.#note = h('p', { class: 'note', role: 'status' }, 'Loading …');
        this.#body = h('tbody');
        this.#scroll = h('div', { class: 'listing', tabIndex: 0, role: 'region', 'aria-label': label, hidden: true },
            h('table', {},
                h('thead', {}, h('tr', {}, ...columns.map(([heading, kind]) => h('th', { scope: 'col', data: { kind } }, heading)))),
                this.#body));
        const polled = new Polled(root, path, millis, this);
        this.#again = h('button', { type: 'button', hidden: true, onclick: () => polled.ask() }, 'Try again');
        root.append(this.#note, this.#again, this.#scroll);
    }

    show(document) {
        const rows = this.#rowsOf(document);
        const keys = new Set(rows.map(row => row.key));
        for (const [key, elements] of this.#rows) {
            if (!keys.has(key)) {
                elements.forEach(element => element.remove());
                this.#rows.delete(key);
            }
        }
        let place = this.#body.firstElementChild;
        for (const row of rows) {
            const elements = this.#row(row);
            for (const element of elements) {
                if (element === place) {
                    place = place.nextElementSibling;
                } else {
                    this.#body.insertBefore(element, place);
                }
            }
        }
        this.#say(rows.length === 0 ? this.#empty : '', false);
        this.#scroll.hidden = rows.length === 0;
    }

    /** What was shown stays: it may be old, and is better than nothing. */
    failed(message) {
        this.#say(message, true);
    }

    #say(words, isBad) {
        text(this.#note, words);
        this.#note.hidden = words === '';
        attribute(this.#note, 'data-bad', String(isBad));
        this.#again.hidden = !isBad;
    }

    #row({ key, cells, state, detail }) {
        let elements = this.#rows.get(key);
        if (!elements) {
            const line = h('tr', {}, ...cells.map((cell, place) => h(place === 0 ? 'th' : 'td', { data: { kind: this.#keyOf[place] } })));
            elements = [line];
            if (detail) {
                const more = h('tr', { class: 'more' }, h('td', { colSpan: cells.length },
                    h('details', {}, h('summary', {}, 'More'), h('pre', { tabIndex: 0 }))));
                elements.push(more);
            }
            this.#rows.set(key, elements);
        }
        attribute(elements[0], 'data-state', state ?? '');
        cells.forEach((cell, place) => text(elements[0].children[place], cell));
        if (detail) {
            text(elements[1].querySelector('pre'), detail);
        }
        return elements;
    }
}
