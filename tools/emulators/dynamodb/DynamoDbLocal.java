import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.shared.access.AmazonDynamoDBLocal;
import com.amazonaws.services.dynamodbv2.local.shared.access.awssdkv1.client.LocalAmazonDynamoDBStreams;
import java.lang.reflect.Field;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import sun.misc.Unsafe;

/**
 * Amazon's DynamoDB Local in memory. By itself it listens on every address of the machine at a port that somebody must
 * guess to be free, and outlives whoever started it. Here it listens on loopback, at a port of the system's choice that
 * it tells, and ends when its standard input does. An argument is the milliseconds after which a stream closes its
 * shard and opens the next; by itself that takes four hours.
 */
public class DynamoDbLocal {
    public static void main(String[] args) throws Exception {
        if (args.length > 0) {
            var millis = Long.parseLong(args[0]);
            set(AmazonDynamoDBLocal.class.getField("SHARD_ROLLOVER_TIME"), millis);
            // It looks for shards to close at half this pace.
            set(LocalAmazonDynamoDBStreams.class.getDeclaredField("SHARDITERATOR_EXPIRATION_TIME"), 2 * millis);
        }
        var proxy = ServerRunner.createServerFromCommandLineArgs(new String[] {"-inMemory", "-disableTelemetry"});
        var field = proxy.getClass().getDeclaredField("server");
        field.setAccessible(true);
        var connector = (ServerConnector) ((Server) field.get(proxy)).getConnectors()[0];
        connector.setHost("127.0.0.1");
        connector.setPort(0);
        proxy.start();
        System.out.println("listening on http://127.0.0.1:" + connector.getLocalPort());
        while (System.in.read() >= 0) {
            continue;
        }
        System.exit(0);
    }

    private static void set(Field constant, long value) throws Exception {
        var field = Unsafe.class.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        var unsafe = (Unsafe) field.get(null);
        constant.setAccessible(true);
        // Initializes the class, which would set it after us.
        constant.get(null);
        unsafe.putLong(unsafe.staticFieldBase(constant), unsafe.staticFieldOffset(constant), value);
    }
}
