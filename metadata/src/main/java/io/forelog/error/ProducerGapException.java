package io.forelog.error;

/** A producer skipped a sequence number: an earlier append of its is missing. */
public final class ProducerGapException extends ForelogException {

    private static final long serialVersionUID = 1;

    private final String producer;
    private final long sequence;
    private final long expected;

    public ProducerGapException(String producer, long sequence, long expected) {
        super("producer '" + producer + "' sent sequence " + sequence + ", expected " + expected);
        this.producer = producer;
        this.sequence = sequence;
        this.expected = expected;
    }

    public String producer() {
        return producer;
    }

    public long sequence() {
        return sequence;
    }

    /** Returns the sequence number that would be accepted. */
    public long expected() {
        return expected;
    }
}
