package org.paymentsissued.rig;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/** Something between the product and a server: a forward proxy, a TLS front, or a machine that misbehaves. On loopback. */
public final class Relay implements AutoCloseable {

    /** What becomes of one connection. */
    public interface Behavior {
        void take(Socket client, Relay relay) throws IOException;
    }

    private static final Pattern LENGTH = Pattern.compile("(?im)^Content-Length: (\\d+)");

    private final ServerSocket server;
    private final Behavior behavior;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "relay");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    /** First line of each connection to a proxy. */
    private final List<String> asked = new CopyOnWriteArrayList<>();

    private Relay(ServerSocket server, Behavior behavior) {
        this.server = server;
        this.behavior = behavior;
        threads.execute(this::accept);
    }

    public static Relay of(Behavior behavior) {
        try {
            return new Relay(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), behavior);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A forward proxy. @param login what it wants as Basic credentials in Base64; empty for none */
    public static Relay proxy(Optional<String> login) {
        return of((client, relay) -> {
            String head = head(client.getInputStream());
            if (login.isPresent() && !head.contains("Proxy-Authorization: Basic " + login.get())) {
                answer(client, "HTTP/1.1 407 Proxy Authentication Required", "Proxy-Authenticate: Basic realm=\"proxy\"\r\n",
                        "<html>Who are you?</html>");
                return;
            }
            String[] first = head.split("\r\n", 2)[0].split(" ");
            relay.asked.add(first[0] + " " + first[1]);
            boolean tunnel = first[0].equals("CONNECT");
            String authority = tunnel ? first[1] : first[1].replaceFirst("http://([^/]+).*", "$1");
            Socket target = new Socket("127.0.0.1", Integer.parseInt(authority.substring(authority.indexOf(':') + 1)));
            if (tunnel) {
                client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            } else {
                target.getOutputStream().write(head.replaceAll("(?m)^Proxy-[^\r]*\r\n", "").getBytes(StandardCharsets.ISO_8859_1));
            }
            relay.join(client, target);
        });
    }

    /** A proxy, or a server, that answers every connection the same. */
    public static Relay answering(String status, String headers, String body) {
        return of((client, relay) -> {
            String head = head(client.getInputStream());
            relay.asked.add(head.split("\r\n", 2)[0]);
            answer(client, status, headers, body);
        });
    }

    /** Hands calls on to a server, but answers those itself that are posted with a text in their body. */
    public static Relay stopping(String text, String status, String page, int target) {
        return of((client, relay) -> {
            String head = head(client.getInputStream());
            Matcher length = LENGTH.matcher(head);
            byte[] body = client.getInputStream().readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
            relay.asked.add(head.split("\r\n", 2)[0]);
            if (head.startsWith("POST") && new String(body, StandardCharsets.UTF_8).contains(text)) {
                answer(client, status, "Content-Type: text/html\r\n", page);
                return;
            }
            Socket server = new Socket("127.0.0.1", target);
            // One call a connection, so that each is looked at.
            server.getOutputStream().write(head.replaceFirst("(?im)^Connection: [^\r]*\r\n", "")
                    .replaceFirst("\r\n", "\r\nConnection: close\r\n").getBytes(StandardCharsets.ISO_8859_1));
            server.getOutputStream().write(body);
            relay.join(client, server);
        });
    }

    /** Speaks TLS and hands on what was said to a server that does not. */
    public static Relay tls(SSLContext context, int target) {
        try {
            return new Relay(context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
                    (client, relay) -> relay.join(client, new Socket("127.0.0.1", target)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    public String url(String scheme) {
        return scheme + "://127.0.0.1:" + port();
    }

    /** Method and address of what a proxy was asked for, one a connection. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                open.add(client);
                threads.execute(() -> {
                    try {
                        behavior.take(client, this);
                    } catch (IOException e) {
                        close(client);
                    }
                });
            } catch (IOException e) {
                return;
            }
        }
    }

    private void join(Socket client, Socket target) {
        open.add(target);
        threads.execute(() -> pump(client, target));
        threads.execute(() -> pump(target, client));
    }

    private static void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One side has closed.
        } finally {
            close(from);
            close(to);
        }
    }

    /** A request's head, up to and with the empty line. */
    public static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed");
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    /** Answers, and closes the connection. */
    public static void answer(Socket client, String status, String headers, String body) throws IOException {
        try (client) {
            OutputStream out = client.getOutputStream();
            out.write((status + "\r\n" + headers + "Content-Length: " + body.length() + "\r\nConnection: close\r\n\r\n" + body)
                    .getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            client.shutdownOutput();
            client.getInputStream().skipNBytes(Math.min(client.getInputStream().available(), 1 << 20));
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed then.
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(Relay::close);
        threads.shutdownNow();
    }
}
