package org.paymentsissued.setup;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What the machine has to give before anything starts: folders that this user may read and write, and two free ports. */
public final class Machine {

    private static final int FIRST_FREE_FOR_ALL = 1024;
    private static final String H2_FILE = ".mv.db";

    private final Settings settings;

    public Machine(Settings settings) {
        this.settings = settings;
    }

    /** The machine does not give what the settings ask for; the message says what, one line each. */
    public static final class Lacking extends RuntimeException {
        Lacking(List<String> flaws) {
            super(String.join("\n", flaws));
        }
    }

    void requireFolders() {
        require(folderFlaws());
    }

    void requirePorts() {
        require(portFlaws());
    }

    static void require(List<String> flaws) {
        if (!flaws.isEmpty()) {
            throw new Lacking(flaws);
        }
    }

    /** Folders and files that may not be read or written. One that is missing is made by whoever needs it, so its parent counts. */
    public List<String> folderFlaws() {
        List<String> flaws = new ArrayList<>();
        try {
            places().forEach((place, setting) -> flaw(place, setting).ifPresent(flaws::add));
        } catch (InvalidPathException e) {
            flaws.add("Java cannot open \"" + e.getInput() + "\", since the locale here has no such letters. Start with"
                    + " bin/payments-issued, which sets one that has them, or set LC_ALL=C.UTF-8.");
        }
        return flaws;
    }

    /** Each with the setting that names it. */
    private Map<Path, String> places() {
        Map<Path, String> places = new LinkedHashMap<>();
        h2File().ifPresent(file -> {
            places.put(file.getParent(), "database.url");
            if (Files.exists(file)) {
                places.put(file, "database.url");
            }
            places.put(Path.of(settings.text("backup.folder")).toAbsolutePath().normalize(), "backup.folder");
        });
        settings.companyFiles().stream().filter(file -> settings.text(file, "transport").equals("file"))
                .forEach(file -> inbox(settings.text(file, "inbox"), "quickbooks.inbox", places));
        inbox(settings.text("commitments.inbox"), "commitments.inbox", places);
        return places;
    }

    /** What was taken is moved to folders inside. */
    private static void inbox(String name, String setting, Map<Path, String> places) {
        Path inbox = Path.of(name).toAbsolutePath().normalize();
        if (Files.exists(inbox)) {
            Stream.of(inbox, inbox.resolve("done"), inbox.resolve("failed")).filter(Files::exists)
                    .forEach(folder -> places.put(folder, setting));
        }
    }

    private Optional<Path> h2File() {
        String url = settings.text("database.url").replaceFirst(";.*", "");
        String path = url.replaceFirst("^jdbc:h2:(file:)?", "");
        boolean isFile = url.startsWith("jdbc:h2:") && !path.matches("(mem|tcp|ssl|zip):.*");
        return isFile ? Optional.of(Path.of(path.replaceFirst("^~", System.getProperty("user.home")) + H2_FILE).toAbsolutePath()
                .normalize()) : Optional.empty();
    }

    private static Optional<String> flaw(Path place, String setting) {
        Path there = place;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        boolean isFolder = !place.toString().endsWith(H2_FILE);
        if (isFolder && !Files.isDirectory(there)) {
            return Optional.of(there + " (" + setting + ") is a file, not a folder. Move it away, or correct the setting.");
        }
        boolean readable = Files.isReadable(there) && (!isFolder || Files.isExecutable(there));
        if (readable && Files.isWritable(there)) {
            return Optional.empty();
        }
        return Optional.of("The " + (isFolder ? "folder " : "file ") + there + " (" + setting + ") cannot be "
                + (readable ? "written" : "read") + " by user " + user() + "; " + owner(there) + " Let that user read and write it"
                + (isPosix(there) ? ", for example: chown -R " + user() + ": " + (isFolder ? there : there.getParent()) : "") + ".");
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static String owner(Path path) {
        try {
            return "it belongs to " + Files.getOwner(path).getName() + (isPosix(path) ? " ("
                    + PosixFilePermissions.toString(Files.getPosixFilePermissions(path)) + ")." : ".");
        } catch (IOException | UnsupportedOperationException e) {
            return "its owner cannot be told.";
        }
    }

    /** A user without an entry on the machine, as in a container, has only a number. */
    private static String user() {
        String name = System.getProperty("user.name", "?");
        try {
            return name.equals("?") ? String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid")) : name;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return name;
        }
    }

    /** Ports of console and management that cannot be listened on. */
    public List<String> portFlaws() {
        List<String> flaws = new ArrayList<>();
        for (String what : List.of("console", "management")) {
            portFlaw(settings.text(what + ".host"), settings.number(what + ".port"), what).ifPresent(flaws::add);
        }
        if (settings.number("console.port") != 0 && settings.number("console.port") == settings.number("management.port")) {
            flaws.add("console.port and management.port are both " + settings.number("console.port") + ". Choose another one for one of"
                    + " them.");
        }
        return flaws;
    }

    private static Optional<String> portFlaw(String host, int port, String what) {
        if (canListen(host, port)) {
            return Optional.empty();
        }
        if (!canListen(host, 0)) {
            return Optional.of(what + ".host = \"" + host + "\" is not an address of this machine. Write for example 127.0.0.1.");
        }
        return Optional.of("Port " + port + " of " + host + " (" + what + ".port) "
                + (port < FIRST_FREE_FOR_ALL && canListen(host, FIRST_FREE_FOR_ALL + port)
                        ? "may not be used by user " + user() + ", or is in use by another program. Choose one above 1023"
                        : "is in use by another program. Stop that program, or choose another port") + ".");
    }

    private static boolean canListen(String host, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
            return true;
        } catch (UnknownHostException e) {
            return false;
        } catch (IOException e) {
            return false;
        }
    }
}
