package org.paymentsissued.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/**
 * Ends calls that take too long and answers that grow too large. The HTTP client itself limits only the gap between two
 * packets, so an answer of one byte per second could hold a call as long as the other side likes.
 */
public final class CallLimits {

    private static final int PIECE = 1 << 16;
    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private final Duration time;
    private final long bytes;
    private final long bytesASecond;

    private CallLimits(Duration time, long bytes, long bytesASecond) {
        this.time = time;
        this.bytes = bytes;
        this.bytesASecond = bytesASecond;
    }

    /** @param time for the whole call, answer included @param bytes the largest answer that is taken */
    public static CallLimits of(Duration time, long bytes) {
        return new CallLimits(time, bytes, Long.MAX_VALUE);
    }

    /** The same with more time for large answers, as long as they come at this pace. */
    public CallLimits withPace(long slowestBytesASecond) {
        return new CallLimits(time, bytes, slowestBytesASecond);
    }

    /** The call did not end in time and was cut off. */
    public static final class TimeUp extends IOException {
        TimeUp() {
            super("the call took too long");
        }
    }

    /** The certain cause of a failed call; it does not matter that its time was up as well. */
    public abstract static class Settled extends IOException {
        protected Settled(String message) {
            super(message);
        }
    }

    /** The answer was larger than allowed and was cut off. */
    public static final class TooLarge extends Settled {
        TooLarge() {
            super("the answer is too large");
        }
    }

    /** What a call does within its limits. */
    public interface Call {
        ClassicHttpResponse make(Watch watch) throws IOException, HttpException;
    }

    /** Makes a call and reads its whole answer, which is in memory then. */
    public ClassicHttpResponse whole(ExecChain.Scope scope, Call call) throws IOException, HttpException {
        Watch watch = new Watch(scope);
        try {
            ClassicHttpResponse response = call.make(watch);
            HttpEntity entity = response.getEntity();
            if (entity != null) {
                try {
                    response.setEntity(new ByteArrayEntity(read(entity), ContentType.parseLenient(entity.getContentType())));
                } catch (IOException | RuntimeException | Error e) {
                    response.close();
                    throw e;
                }
            }
            return response;
        } catch (IOException e) {
            throw watch.isOver() && !(e instanceof Settled) ? new TimeUp() : e;
        } finally {
            watch.end();
        }
    }

    private byte[] read(HttpEntity entity) throws IOException {
        if (entity.getContentLength() > bytes) {
            throw new TooLarge();
        }
        List<byte[]> pieces = new ArrayList<>();
        int total = 0;
        try (InputStream in = entity.getContent()) {
            byte[] piece = in.readNBytes(PIECE);
            while (piece.length > 0) {
                total += piece.length;
                if (total > bytes) {
                    throw new TooLarge();
                }
                pieces.add(piece);
                piece = in.readNBytes(PIECE);
            }
        }
        byte[] whole = new byte[total];
        int at = 0;
        for (byte[] piece : pieces) {
            System.arraycopy(piece, 0, whole, at, piece.length);
            at += piece.length;
        }
        return whole;
    }

    /** Makes a call whose answer the caller reads; the limits hold until it was read or closed. */
    public ClassicHttpResponse streamed(ExecChain.Scope scope, Call call) throws IOException, HttpException {
        Watch watch = new Watch(scope);
        try {
            ClassicHttpResponse response = call.make(watch);
            if (response.getEntity() == null) {
                watch.end();
            } else {
                response.setEntity(new Watched(response.getEntity(), watch));
            }
            return response;
        } catch (IOException e) {
            watch.end();
            throw watch.isOver() ? new TimeUp() : e;
        } catch (HttpException | RuntimeException | Error e) {
            watch.end();
            throw e;
        }
    }

    /** The time that one call has. */
    public final class Watch {
        private final ExecChain.Scope scope;
        private final long begun = System.nanoTime();
        private volatile long received;
        private volatile boolean over;
        private ScheduledFuture<?> next;
        private boolean ended;

        private Watch(ExecChain.Scope scope) {
            this.scope = scope;
            lookIn(time.toNanos());
        }

        private synchronized void lookIn(long nanos) {
            if (!ended) {
                next = TIMER.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
            }
        }

        private void look() {
            long left = time.plusSeconds(received / bytesASecond).toNanos() - (System.nanoTime() - begun);
            if (left > 0) {
                lookIn(left);
                return;
            }
            synchronized (this) {
                if (ended) {
                    return;
                }
                over = true;
            }
            if (scope.execRuntime instanceof Cancellable running) {
                running.cancel();
            } else {
                scope.execRuntime.discardEndpoint();
            }
        }

        /** Whether the time is up. */
        public boolean isOver() {
            return over;
        }

        private synchronized void end() {
            ended = true;
            next.cancel(false);
        }
    }

    private final class Watched extends HttpEntityWrapper {
        private final Watch watch;

        private Watched(HttpEntity entity, Watch watch) {
            super(entity);
            this.watch = watch;
        }

        @Override
        public InputStream getContent() throws IOException {
            return new FilterInputStream(super.getContent()) {
                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                }

                @Override
                public int read(byte[] target, int from, int most) throws IOException {
                    int count;
                    try {
                        count = super.read(target, from, most);
                    } catch (IOException e) {
                        watch.end();
                        throw watch.isOver() ? new TimeUp() : e;
                    }
                    if (watch.isOver()) {
                        throw new TimeUp();
                    }
                    if (count < 0) {
                        watch.end();
                        return count;
                    }
                    watch.received += count;
                    if (watch.received > bytes) {
                        throw new TooLarge();
                    }
                    return count;
                }

                @Override
                public void close() throws IOException {
                    watch.end();
                    super.close();
                }
            };
        }
    }

    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "call-limits");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }
}
