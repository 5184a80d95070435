package io.forelog.error;

/** A newer epoch of this producer has appended: the caller is a zombie and must stop. */
public final class ProducerFencedException extends ForelogException {

    private static final long serialVersionUID = 1;

    private final String producer;
    private final int epoch;
    private final int current;

    public ProducerFencedException(String producer, int epoch, int current) {
        super("producer '" + producer + "' sent epoch " + epoch + " but epoch " + current + " has appended");
        this.producer = producer;
        this.epoch = epoch;
        this.current = current;
    }

    public String producer() {
        return producer;
    }

    public int epoch() {
        return epoch;
    }

    /** Returns the newest epoch that has appended. */
    public int current() {
        return current;
    }
}
