package io.forelog.error;

/** A newer epoch of this producer has appended: the caller is a zombie and must stop. */
public final class ProducerFencedException extends ForelogException {

    private static final long serialVersionUID = 1;

    public ProducerFencedException(String producer, int epoch, int current) {
        super("producer '" + producer + "' sent epoch " + epoch + " but epoch " + current + " has appended");
    }
}
