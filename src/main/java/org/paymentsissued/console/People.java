package org.paymentsissued.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** The file of {@code console.users}: one person a line, as {@code name,hash,role}. A change counts at once. */
public final class People {

    private static final Logger LOG = LoggerFactory.getLogger(People.class);
    private static final int LONGEST_NAME = 100;

    /** What a person may do. */
    public enum Role {
        OPERATOR, READONLY;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** @throws IllegalArgumentException with a sentence */
        public static Role of(String word) {
            return Stream.of(values()).filter(role -> role.word().equals(word)).findFirst().orElseThrow(() ->
                    new IllegalArgumentException("\"" + word + "\" is not a role. The roles are operator and readonly."));
        }
    }

    /** @param hash bcrypt; {@code -} for someone who only comes through a single sign-on */
    public record Person(String name, String hash, Role role) {

        /** @throws IllegalArgumentException with a sentence */
        private static Person of(String line) {
            String[] parts = line.strip().split("\\s*[,:;\\s]\\s*");
            if (parts.length != 3 || !parts[1].matches("-|(\\{bcrypt})?\\$2[aby]\\$\\d\\d\\$[./A-Za-z0-9]{53}")) {
                throw new IllegalArgumentException("A line has a name, a bcrypt hash and a role, separated by commas.");
            }
            return new Person(parts[0], parts[1].replace("{bcrypt}", ""), Role.of(parts[2].toLowerCase(Locale.ROOT)));
        }

        private String line() {
            return name + "," + hash + "," + role.word();
        }
    }

    private record Read(FileTime changed, long size, List<Person> people) { }

    private final Optional<Path> file;
    private Read read = new Read(FileTime.fromMillis(0), -1, List.of());

    /** @param setting console.users; empty for none */
    public People(String setting) {
        file = setting.isBlank() ? Optional.empty() : Optional.of(Path.of(setting));
    }

    /** Everyone in the file. A bad line is left out, and the log says so: it must not lock the others out. */
    public synchronized List<Person> all() {
        try {
            if (file.isEmpty() || !Files.exists(file.get())) {
                return List.of();
            }
            FileTime changed = Files.getLastModifiedTime(file.get());
            long size = Files.size(file.get());
            if (!changed.equals(read.changed()) || size != read.size()) {
                read = new Read(changed, size, people(file.get()));
            }
            return read.people();
        } catch (IOException e) {
            LOG.warn("console.users = {} cannot be read, so only console.username can log in: {}", file.get(), e.toString());
            return List.of();
        }
    }

    private static List<Person> people(Path file) throws IOException {
        List<Person> people = new ArrayList<>();
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        for (int i = 0; i < lines.size(); i++) {
            try {
                if (!lines.get(i).isBlank() && !lines.get(i).startsWith("#")) {
                    people.add(Person.of(lines.get(i)));
                }
            } catch (IllegalArgumentException e) {
                LOG.warn("Line {} of {} was left out. {}", i + 1, file, e.getMessage());
            }
        }
        return List.copyOf(people);
    }

    Optional<Person> named(String name) {
        return all().stream().filter(person -> person.name().equals(name)).findFirst();
    }

    /**
     * Adds a person, or gives one who is there another password and role.
     *
     * @throws IllegalArgumentException with a sentence
     */
    public synchronized void add(String name, String password, Role role) {
        if (!name.matches("[\\w.@+-]{1," + LONGEST_NAME + "}")) {
            throw new IllegalArgumentException("\"" + name + "\" is not a user name. Use letters, digits and . @ _ + - only.");
        }
        if (password.isEmpty() || password.getBytes(StandardCharsets.UTF_8).length > 72) {
            throw new IllegalArgumentException("A password has 1 to 72 bytes.");
        }
        write(name, Optional.of(new Person(name, new BCryptPasswordEncoder().encode(password), role).line()));
    }

    /** @return false if there is no such person */
    public synchronized boolean remove(String name) {
        boolean there = named(name).isPresent();
        if (there) {
            write(name, Optional.empty());
        }
        return there;
    }

    /** All other lines stay as they are, comments too. */
    private void write(String name, Optional<String> line) {
        Path target = file.orElseThrow(() -> new IllegalArgumentException("console.users names no file. Set it first, such as"
                + " console.users = users.csv")).toAbsolutePath();
        try {
            List<String> lines = new ArrayList<>(Files.exists(target) ? Files.readAllLines(target, StandardCharsets.UTF_8) : List.of());
            lines.removeIf(old -> old.strip().split("[,:;\\s]")[0].equals(name));
            line.ifPresent(lines::add);
            Files.createDirectories(target.getParent());
            Path fresh = Files.createTempFile(target.getParent(), "users", ".new");
            if (Files.getFileStore(fresh).supportsFileAttributeView("posix") && Files.exists(target)) {
                // The server may run as another user than whoever edits.
                Files.setPosixFilePermissions(fresh, Files.getPosixFilePermissions(target));
            } else if (Files.getFileStore(fresh).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r-----"));
            }
            Files.write(fresh, lines, StandardCharsets.UTF_8);
            move(fresh, target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
