const BACK_OFF_FIRST_MILLIS = 500;
const BACK_OFF_MAX_MILLIS = 15_000;
const SILENCE_MAX_MILLIS = 5_000;

/**
 * The node's figures, one frame a second, for as long as the page is open.
 *
 * EventSource reconnects by itself only from some failures, and never notices a connection that went silent (a
 * suspended laptop, a dropped tunnel); so each failure closes it here, and a new one is opened after a wait that
 * doubles up to 15 s, with jitter so that many pages do not return to a restarted node in step.
 *
 * @param listener {connecting(), live(), frame(frame), lost({reason, retryAt})}, `retryAt` by performance.now()
 */
export class LiveFeed {
    #url;
    #listener;
    #source = null;
    #timer = null;
    #failures = 0;
    #isLive = false;
    #heardAt = 0;

    constructor(url, listener) {
        this.#url = url;
        this.#listener = listener;
        setInterval(() => this.#watch(), 1000);
        addEventListener('online', () => this.#source ?? this.connect());
        // A page that is kept to come back to would keep one of the few connections that a browser has for a node.
        addEventListener('pagehide', () => this.#leave());
        addEventListener('pageshow', event => event.persisted && this.connect());
    }

    /** Opens the connection at once, also while waiting to. */
    connect() {
        clearTimeout(this.#timer);
        this.#source?.close();
        this.#isLive = false;
        this.#heardAt = performance.now();
        this.#listener.connecting();
        this.#source = new EventSource(this.#url);
        this.#source.onmessage = message => this.#receive(message);
        this.#source.onerror = () => this.#fail('The connection to the node is lost.');
    }

    #leave() {
        clearTimeout(this.#timer);
        this.#source?.close();
        this.#source = null;
    }

    #receive(message) {
        let frame;
        try {
            frame = JSON.parse(message.data);
        } catch (malformed) {
            this.#fail(`The node sent what this page cannot read (${malformed.message}).`);
            return;
        }
        this.#heardAt = performance.now();
        if (!this.#isLive) {
            this.#isLive = true;
            this.#failures = 0;
            this.#listener.live();
        }
        // A node that has just started may send an empty frame before its first second is over.
        if (frame.node) {
            this.#listener.frame(frame);
        }
    }

    #watch() {
        if (this.#source !== null && performance.now() - this.#heardAt > SILENCE_MAX_MILLIS) {
            this.#fail('The node has gone silent.');
        }
    }

    #fail(reason) {
        this.#source.close();
        this.#source = null;
        this.#isLive = false;
        const wait = Math.min(BACK_OFF_MAX_MILLIS, BACK_OFF_FIRST_MILLIS * 2 ** this.#failures++);
        const jittered = wait * (0.75 + Math.random() * 0.5);
        this.#timer = setTimeout(() => this.connect(), jittered);
        this.#listener.lost({ reason, retryAt: performance.now() + jittered });
    }
}
