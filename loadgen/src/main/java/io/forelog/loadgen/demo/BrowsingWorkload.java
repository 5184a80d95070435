package io.forelog.loadgen.demo;

import io.forelog.loadgen.trace.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Reads as people browse: each visit starts at a page, popular ones more often (Zipf), and follows the links of the
 * page it is on, each page having its own few and its own favourites (a Markov chain), until the visitor has enough.
 * Many visits run at a time, so their reads lie mixed in the trace.
 */
public final class BrowsingWorkload {

    private static final int VISITORS_AT_A_TIME = 40;
    private static final int LINKS_MAX = 6;
    /** Of the links of a page, the first is taken this often, the second this often of the rest, and so on. */
    private static final double FAVOURITE_SHARE = 0.7;
    /** So many links lead to pages by their popularity, the others anywhere. */
    private static final double LINKS_TO_POPULAR = 0.5;

    private static final double STAYS = 0.92;
    private static final double MEDIAN_GAP_MILLIS = 8_000;

    private final Random random;
    private final int[][] links;
    private final int[] startPages;
    private final double[] startShares;

    private record Visit(long time, long visitor, int page) {}

    private BrowsingWorkload(long seed, int pages) {
        random = new Random(seed);
        // Page numbers are dealt out at random: a neighbouring number must not tell a neighbouring page.
        var numbers = new ArrayList<>(IntStream.range(0, pages).boxed().toList());
        Collections.shuffle(numbers, random);
        startPages = numbers.stream().mapToInt(Integer::intValue).toArray();
        startShares = new double[pages];
        double sum = 0;
        for (int rank = 0; rank < pages; rank++) {
            sum += 1.0 / (rank + 1);
            startShares[rank] = sum;
        }
        links = new int[pages][];
        for (int page = 0; page < pages; page++) {
            links[page] = IntStream.range(0, 2 + random.nextInt(LINKS_MAX - 1))
                    .map(link -> random.nextDouble() < LINKS_TO_POPULAR ? startPage() : random.nextInt(pages))
                    .toArray();
        }
    }

    /** Returns a trace of so many reads, the same for the same seed. */
    public static Trace trace(long seed, int pages, int reads) {
        return new BrowsingWorkload(seed, pages).browse(reads);
    }

    private Trace browse(int reads) {
        var times = new long[reads];
        var clients = new long[reads];
        var keys = new long[reads];
        var visits = new PriorityQueue<Visit>((a, b) -> Long.compare(a.time(), b.time()));
        long visitors = 0;
        while (visitors < VISITORS_AT_A_TIME) {
            visits.add(new Visit(gap(), visitors++, startPage()));
        }
        for (int i = 0; i < reads; i++) {
            var visit = visits.remove();
            times[i] = visit.time();
            clients[i] = visit.visitor();
            keys[i] = visit.page();
            long next = visit.time() + gap();
            visits.add(
                    random.nextDouble() < STAYS
                            ? new Visit(next, visit.visitor(), follow(visit.page()))
                            : new Visit(next, visitors++, startPage()));
        }
        return new Trace("browsing", times, clients, keys);
    }

    private long gap() {
        return (long) (MEDIAN_GAP_MILLIS * Math.exp(random.nextGaussian()));
    }

    private int startPage() {
        double drawn = random.nextDouble() * startShares[startShares.length - 1];
        int at = Arrays.binarySearch(startShares, drawn);
        return startPages[Math.min(at < 0 ? -at - 1 : at, startPages.length - 1)];
    }

    private int follow(int page) {
        var choices = links[page];
        int choice = 0;
        while (choice < choices.length - 1 && random.nextDouble() >= FAVOURITE_SHARE) {
            choice++;
        }
        return choices[choice];
    }
}
