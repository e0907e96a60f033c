import java.sql.DriverManager;

public class Db {
  public static void main(String[] words) throws Exception {
    try (var connection = DriverManager.getConnection("jdbc:h2:mem:shop"); var rows = connection.createStatement().executeQuery("select 1")) {
      rows.next();
      System.out.println(rows.getInt(1));
    }
  }
}
