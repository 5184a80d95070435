import { announce, text } from './dom.js';

/** What to do first, shown while the node has no log. */
export class Start {
    #root;

    constructor(root) {
        this.#root = root;
        const commands = [
            `curl -X PUT ${location.origin}/v1/logs/orders`,
            `curl -H 'Content-Type: application/json' -d '{"key":"order-1","value":{"total":42}}' ${location.origin}/v1/logs/orders/records`,
        ].join('\n');
        text(root.querySelector('#start-commands'), commands);
        const copy = root.querySelector('#start-copy');
        // Browsers allow the clipboard only to pages from this machine or over TLS.
        copy.hidden = !navigator.clipboard;
        copy.addEventListener('click', async () => {
            const outcome = await navigator.clipboard.writeText(commands).then(() => 'Copied', () => 'Not allowed');
            announce(outcome);
            text(copy, outcome);
            setTimeout(() => text(copy, 'Copy'), 2000);
        });
    }

    update(frame) {
        this.#root.hidden = frame.logs.length > 0;
    }
}
